import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a peer's process printed and cost. */
export type Run = {
  readonly lines: readonly { readonly text: string; readonly atMs: number }[]
  readonly ms: number
  /** Of itself and its children, in user and system mode. */
  readonly cpuMs: number
  /** The largest resident size of any one of them, in MB. */
  readonly mb: number
}

const timer = '/usr/bin/time'

/** Runs a peer under GNU time. Its exit code is not looked at: tools fail for one dead node of a thousand; the answers are checked instead. */
export async function runMeasured(command: string, args: readonly string[], options: { readonly env?: NodeJS.ProcessEnv; readonly input?: string } = {}): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'baseboard-time-'))
  const file = join(folder, 'cost')
  try {
    const startedAt = performance.now()
    const child = spawn(timer, ['-q', '-f', '%U %S %M', '-o', file, command, ...args], { stdio: ['pipe', 'pipe', 'ignore'], env: { ...process.env, ...options.env } })
    child.stdin.end(options.input ?? '')
    const pieces: { text: string; atMs: number }[] = []
    child.stdout.setEncoding('utf8').on('data', (text: string) => pieces.push({ text, atMs: performance.now() - startedAt }))
    await once(child, 'close')
    const ms = performance.now() - startedAt
    const [user, system, kilobytes] = readFileSync(file, 'utf8').trim().split(' ').map(Number) as [number, number, number]
    return { lines: toLines(pieces), ms, cpuMs: (user + system) * 1_000, mb: kilobytes / 1_024 }
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? new Error(`${timer} is missing: apt-get install time`, { cause: error }) : error
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Each line with the time at which its end was there. */
function toLines(pieces: readonly { readonly text: string; readonly atMs: number }[]): Run['lines'] {
  const lines: { text: string; atMs: number }[] = []
  let rest = ''
  for (const { text, atMs } of pieces) {
    const parts = (rest + text).split('\n')
    rest = parts.pop()!
    lines.push(...parts.map((part) => ({ text: part, atMs })))
  }
  return lines
}
