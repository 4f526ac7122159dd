const width = 10

/** A writer of lines that say who speaks. A line break inside would let one process speak as another; control characters too. */
export const speaker =
  (name: string, write: (text: string) => void = (text) => process.stdout.write(text)) =>
  (line: string): void => {
    // oxlint-disable-next-line no-control-regex -- these are what is taken out
    const plain = line.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
    for (const part of plain.split('\n')) write(`${name.padEnd(width)}│ ${part}\n`)
  }
