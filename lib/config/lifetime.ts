import { config } from './environment.ts'

/** The exit code of a process that must not be started again until a person has mended something (EX_CONFIG of sysexits.h). */
export const exitNeedsPerson = 78

const stopMs = 8_000

/**
 * Calls `stop` once, when the process is told to end: SIGTERM, Ctrl-C, or (as a child of start.ts) the supervisor's end of stdin
 * closing, which happens even when the supervisor was killed. Then exits with 0; with 1 when `stop` fails or takes over 8 s.
 */
export function onStop(stop: (reason: string) => Promise<void>): void {
  let asked = false
  const end = (reason: string) => {
    if (asked) return
    asked = true
    setTimeout(() => process.exit(1), stopMs).unref()
    stop(reason).then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error instanceof Error ? error.message : error)
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', () => end('SIGTERM'))
  process.on('SIGINT', () => end('SIGINT'))
  if (!config().BASEBOARD_SUPERVISED) return
  process.stdin.on('end', () => end('the supervisor is gone'))
  process.stdin.on('error', () => end('the supervisor is gone'))
  process.stdin.resume()
}
