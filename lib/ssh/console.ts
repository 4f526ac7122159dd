import { enter, isAtPrompt, startEntering, withoutEscapes, type Entering, type Entry, type EnterStep } from './enter.ts'
import { SshError } from './errors.ts'
import { createGuard } from './guard.ts'
import { openShell, type Shell, type ShellOptions } from './shell.ts'
import type { SshTarget } from './connect.ts'

/** How to the serial line once a shell is open. Without `entry` the port leads straight to it, and nothing is typed. */
export type ConsolePath = {
  entry?: Entry
  /** The keys that leave the console for the command line. */
  exit?: string
}

export type ConsoleOptions = ShellOptions & { evict: boolean }

const enterMs = 20_000
const mostBeforeEntering = 1024 * 1024
const tickMs = 100
const leaveMs = 700
const tailLength = 512

/**
 * Opens the serial console behind a BMC's SSH. `onBytes` begins with what is said on entering. Nobody gets from the console to the
 * command line, where more may be done than typing to the host: the exit keys are not passed on, and a prompt ends the console.
 */
export async function openConsole(target: SshTarget, path: ConsolePath, options: ConsoleOptions): Promise<Shell> {
  const { entry, exit } = path
  if (entry === undefined) return openShell(target, options)

  const startedAt = performance.now()
  let entering: Entering | undefined = startEntering(options.evict)
  let shell: Shell | undefined
  let heard = 0
  let tail = ''
  let prompt = ''
  let isOver = false
  let settle: (error?: SshError) => void = () => {}
  const entered = new Promise<void>((resolve, reject) => {
    settle = (error) => (error === undefined ? resolve() : reject(error))
  })
  entered.catch(() => {})
  const early: Buffer[] = []
  const unsent: string[] = []

  /** The first prompt may come before the shell is in our hands. */
  function send(text: string): void {
    if (shell === undefined) unsent.push(text)
    else shell.write(Buffer.from(text)).catch((error: SshError) => settle(error))
  }

  function take(step: EnterStep): void {
    if ('failed' in step) {
      entering = undefined
      settle(step.failed)
    } else if ('entered' in step) {
      entering = undefined
      prompt = step.prompt
      if (step.entered.length > 0) early.push(step.entered)
      settle()
    } else {
      entering = step.next
      if ('type' in step) send(step.type)
    }
  }

  function onBytes(bytes: Buffer): void {
    if (entering === undefined) return onConsole(bytes)
    heard += bytes.length
    if (heard > mostBeforeEntering) return settle(new SshError('too-much', `more than ${mostBeforeEntering / 1024} KiB and no console`))
    take(enter(entering, entry!, { bytes }))
  }

  function onConsole(bytes: Buffer): void {
    tail = (tail + bytes.toString('latin1')).slice(-tailLength)
    if (isOver) return
    if (isOpen) options.onBytes(bytes)
    else early.push(bytes)
    if (isOpen && isAtPrompt(withoutEscapes(tail), prompt)) end(new SshError('closed', 'the BMC went back to its command line'))
  }

  function end(error: SshError): void {
    if (isOver) return
    settle(error)
    if (!isOpen) return
    isOver = true
    void shell?.close()
    options.onEnd(error)
  }

  let isOpen = false
  const ticking = setInterval(() => {
    if (entering === undefined || shell === undefined) return
    if (performance.now() - startedAt > enterMs) settle(new SshError('no-console', `no serial console within ${enterMs / 1000} s: ${entering.phase === 'shell' ? 'no prompt came' : `"${entry.command}" did not lead there`}`))
    else take(enter(entering, entry, { quietMs: tickMs }))
  }, tickMs)
  const onAbort = () => settle(new SshError('aborted', 'stopped while entering the console'))
  options.signal?.addEventListener('abort', onAbort, { once: true })

  try {
    shell = await openShell(target, { onBytes, onEnd: end, ...(options.signal && { signal: options.signal }) })
    for (const text of unsent.splice(0)) send(text)
    await entered
  } catch (error) {
    isOver = true
    await shell?.close()
    throw error
  } finally {
    clearInterval(ticking)
    options.signal?.removeEventListener('abort', onAbort)
  }
  isOpen = true
  for (const bytes of early.splice(0)) options.onBytes(bytes)

  const opened = shell
  const guard = createGuard(exit)
  return {
    async write(bytes) {
      const kept = guard(bytes)
      if (kept.length > 0) await opened.write(kept)
    },
    pause: opened.pause,
    resume: opened.resume,
    async close() {
      isOver = true
      if (exit !== undefined) await leave(opened, exit)
      await opened.close()
    },
  }

  /** Leaves the console as its keys do, so that it is free for the next one, and waits for the command line a moment. */
  async function leave(from: Shell, keys: string): Promise<void> {
    const until = performance.now() + leaveMs
    await from.write(Buffer.from(keys, 'latin1')).catch(() => {})
    while (performance.now() < until && !isAtPrompt(withoutEscapes(tail), prompt)) await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
