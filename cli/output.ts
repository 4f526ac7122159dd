import { foldNames } from '#lib/domain/fold-names.ts'

/** Where a command writes. Results go to `out`, what is for a person to look at meanwhile to `note`. */
export type Output = {
  out: (line: string) => void
  note: (line: string) => void
  /** A line that the next one overwrites, on a terminal; nothing elsewhere. An empty one clears it. */
  progress: (line: string) => void
  isTerminal: boolean
  json: boolean
}

export function createOutput(json: boolean): Output {
  const isTerminal = process.stderr.isTTY === true
  return {
    isTerminal,
    json,
    out: (line) => void process.stdout.write(`${json ? line : toSafe(line)}\n`),
    note: (line) => void process.stderr.write(`${toSafe(line)}\n`),
    progress(line) {
      if (isTerminal) process.stderr.write(`\r\u001B[K${toSafe(line).slice(0, (process.stderr.columns ?? 80) - 1)}`)
    },
  }
}

/** What a BMC wrote must not speak to the terminal: control characters and those that turn the direction are shown as �. */
export const toSafe = (text: string) => text.replace(/(?![\t\n])[\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu, '\uFFFD')

/** Lines that say the same are one, with the nodes folded: `n[1-3]: on`. The largest first where `bySize`, else in the order in which they came. */
export function fold(lines: readonly { node: string; text: string }[], bySize = false): string[] {
  const groups = new Map<string, string[]>()
  for (const { node, text } of lines) {
    const nodes = groups.get(text)
    if (nodes === undefined) groups.set(text, [node])
    else nodes.push(node)
  }
  const entries = [...groups]
  if (bySize) entries.sort(([, a], [, b]) => b.length - a.length)
  return entries.map(([text, nodes]) => `${foldNames(nodes)}: ${text}`)
}

/** Columns under each other, two spaces apart. */
export function toTable(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows) row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, cell.length)))
  return rows.map((row) => row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join('  ').trimEnd())
}

/** `[#######.............] 120/300`. */
export function toBar(done: number, total: number, width = 24): string {
  const filled = total === 0 ? width : Math.round((done / total) * width)
  return `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${done}/${total}`
}
