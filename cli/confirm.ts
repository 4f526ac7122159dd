import { createInterface } from 'node:readline/promises'
import { isConfirmed } from '#lib/domain/confirmation.ts'
import { exitCodes, Failure, misuse } from './failure.ts'

/** Asks before many nodes are touched. A script says `--yes`; what cannot be asked is not done. */
export async function confirm(count: number, what: string, isSure: boolean): Promise<void> {
  if (isSure || isConfirmed(count, '')) return
  if (process.stdin.isTTY !== true) throw misuse(`${what}: that is ${count} nodes; say --yes to do it without being asked`)
  const typed = await askLine(`${what}\nThat is ${count} nodes. Type ${count} to do it: `)
  if (!isConfirmed(count, typed)) throw new Failure(exitCodes.usage, 'nothing was done')
}

/** One line from the terminal. */
export async function askLine(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await lines.question(question)
  } finally {
    lines.close()
  }
}

/** One line that is not shown while it is typed or pasted. */
export async function askSecret(question: string): Promise<string> {
  if (process.stdin.isTTY !== true) {
    let text = ''
    for await (const chunk of process.stdin) text += String(chunk)
    return text.trim()
  }
  process.stderr.write(question)
  process.stdin.setRawMode(true)
  let text = ''
  try {
    for await (const chunk of process.stdin) {
      for (const key of String(chunk)) {
        if (key === '\u0003') throw new Failure(exitCodes.interrupted, 'nothing was done')
        if (key === '\r' || key === '\n') return text.trim()
        text = key === '\u007F' || key === '\b' ? text.slice(0, -1) : text + key
      }
    }
    return text.trim()
  } finally {
    process.stdin.setRawMode(false)
    process.stdin.pause()
    process.stderr.write('\n')
  }
}
