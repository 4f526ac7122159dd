import type { BmcConsole, ConsoleEnd, ConsoleOptions } from '#lib/bmc/console.ts'
import { BmcError } from '#lib/bmc/errors.ts'
import type { ConsoleEvent, ConsoleStatus } from '#lib/domain/console.ts'

/**
 * Keeps the one serial session of a node open while it is wanted: opens it, notices its end, and opens it again. Its state is that of
 * the session, whatever the power is.
 */
export type Link = {
  status: () => ConsoleStatus
  /** The open console; undefined while there is none. */
  console: () => BmcConsole | undefined
  /** Wanted or not. Opens at once; closes politely. */
  want: (isWanted: boolean) => void
  /** Tries now, even what is not tried again by itself. */
  retry: () => void
  /** Ends the session of whoever holds the console, and takes it. */
  takeSession: () => void
  close: () => Promise<void>
}

export type LinkOptions = {
  open: (options: ConsoleOptions) => Promise<BmcConsole>
  /** Does the BMC answer? Cheap, without a login; a second at most. */
  answers: (signal: AbortSignal) => Promise<boolean>
  /** True while somebody looks: then it is asked more often. */
  isWatched: () => boolean
  /** May the first opening take the session over, because it is still ours from before a crash? */
  isOurs: () => Promise<boolean>
  onBytes: (bytes: Buffer) => void
  onStatus: (status: ConsoleStatus) => void
  onEvent: (event: ConsoleEvent) => void
}

const watchedBackOffMs = [250, 500, 1_000, 2_000, 3_000]
const unwatchedBackOffMs = [1_000, 3_000, 10_000, 30_000]
const busyMs = 15_000
const sessionLimitMs = 10_000
/** A BMC forgets a session that fell silent after 60 s (IPMI 2.0 §6.12.15); until then its console is busy with ourselves. */
const ownSessionMs = 70_000
const steadyMs = 5_000
/** Trying again would lock accounts, or ask the same of who has said no. */
const final = new Set(['credentials', 'certificate', 'host-key', 'cipher-suite', 'downgrade', 'outside-networks', 'no-credential', 'unsupported', 'not-a-bmc'])

export function createLink(options: LinkOptions): Link {
  const stop = new AbortController()
  let isWanted = false
  let console: BmcConsole | undefined
  let status: ConsoleStatus = toStatus({ state: 'closed' })
  let wake = () => {}
  let endOpen: (end: ConsoleEnd | null) => void = () => {}
  let takes = false
  let failures = 0
  /** Since when a console that was open is missing. */
  let missingSinceMs: number | null = null
  let oursUntilMs = -Infinity
  let openedAtMs = 0
  let isFirst = true
  let mustAsk = false

  function set(next: Partial<ConsoleStatus> & Pick<ConsoleStatus, 'state'>): void {
    status = toStatus(next)
    options.onStatus(status)
  }

  /** Waits, and no longer than until somebody wakes it. */
  async function pause(ms: number): Promise<void> {
    if (stop.signal.aborted) return
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      wake = resolve
      if (ms !== Infinity) timer = setTimeout(resolve, ms)
    })
    clearTimeout(timer)
    wake = () => {}
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      if (!isWanted) {
        if (status.state !== 'closed') set({ state: 'closed' })
        missingSinceMs = null
        await pause(Infinity)
      } else await tryOnce().catch((error: unknown) => pauseAfter('failed', String(error)))
    }
  }

  async function tryOnce(): Promise<void> {
    if (mustAsk && !(await options.answers(stop.signal))) await pauseAfter('unreachable', status.text)
    else await hold()
  }

  /** One session from its opening to its end. */
  async function hold(): Promise<void> {
    const takeOver = takes || performance.now() < oursUntilMs || (isFirst && (await options.isOurs()))
    takes = false
    isFirst = false
    if (missingSinceMs === null) set({ state: 'opening' })
    // An end may come before the opening has returned.
    const ended = new Promise<ConsoleEnd | null>((resolve) => (endOpen = resolve))
    try {
      console = await options.open({
        onBytes: options.onBytes,
        onEnd: endOpen,
        onNotice: onNotice,
        takeOver,
        signal: stop.signal,
      })
    } catch (error) {
      if (stop.signal.aborted) return
      const { kind, message } = error instanceof BmcError ? error : { kind: 'failed' as const, message: String(error) }
      mustAsk = kind === 'unreachable'
      return pauseAfter(kind, message)
    }
    mustAsk = false
    oursUntilMs = -Infinity
    openedAtMs = performance.now()
    options.onEvent(missingSinceMs === null ? { kind: 'opened' } : { kind: 'found', afterMs: Math.round(performance.now() - missingSinceMs) })
    missingSinceMs = null
    set({ state: 'open', via: console.via })
    const end = isWanted && !stop.signal.aborted ? await ended : null
    const closing = console
    console = undefined
    if (end !== null) return onEnd(end)
    set({ state: 'closed' })
    options.onEvent({ kind: 'closed' })
    await closing.close()
  }

  function onNotice(notice: 'overrun' | 'break' | 'host-unavailable' | 'host-available'): void {
    if (notice === 'overrun') options.onEvent({ kind: 'overrun' })
    else if (notice === 'break') options.onEvent({ kind: 'hostBreak' })
    else if (status.state === 'open') set({ ...status, host: notice === 'host-available' ? 'available' : 'unavailable' })
  }

  async function onEnd(end: ConsoleEnd): Promise<void> {
    missingSinceMs = performance.now()
    // One that ends as soon as it is open is opened less and less often.
    if (missingSinceMs - openedAtMs > steadyMs) failures = 0
    if (end.kind === 'lost' || end.kind === 'session-ended') oursUntilMs = missingSinceMs + ownSessionMs
    mustAsk = end.kind === 'lost'
    options.onEvent(toEvent(end))
    await pauseAfter(end.kind, end.text)
  }

  async function pauseAfter(reason: NonNullable<ConsoleStatus['reason']>, text: string | null): Promise<void> {
    const isBusy = reason === 'console-busy' || reason === 'taken'
    const ms = delayMs(reason)
    failures += 1
    const state = isBusy ? 'busy' : missingSinceMs !== null && !final.has(reason) ? 'lost' : 'failed'
    const isSame = status.state === state && status.reason === reason
    // Told once, not at each try.
    if (!isSame) set({ state, reason, text, retryInMs: ms === Infinity ? null : ms })
    await pause(ms)
  }

  function delayMs(reason: string): number {
    if (final.has(reason)) return Infinity
    if (reason === 'console-busy' || reason === 'taken') return busyMs
    const steps = options.isWatched() ? watchedBackOffMs : unwatchedBackOffMs
    const ms = steps[Math.min(failures, steps.length - 1)]!
    return reason === 'session-limit' ? Math.max(ms, sessionLimitMs) : ms
  }

  const running = run()
  return {
    status: () => status,
    console: () => console,
    want(wanted) {
      if (isWanted === wanted) return
      isWanted = wanted
      failures = 0
      if (wanted) wake()
      else {
        endOpen(null)
        wake()
      }
    },
    retry() {
      failures = 0
      mustAsk = false
      wake()
    },
    takeSession() {
      takes = true
      wake()
    },
    async close() {
      isWanted = false
      stop.abort()
      endOpen(null)
      wake()
      await running
    },
  }
}

function toEvent(end: ConsoleEnd): ConsoleEvent {
  if (end.kind === 'closed-by-bmc') return { kind: 'closedByBmc' }
  if (end.kind === 'taken') return { kind: 'taken' }
  return { kind: 'lost', reason: end.kind }
}

const toStatus = (given: Partial<ConsoleStatus> & Pick<ConsoleStatus, 'state'>): ConsoleStatus => ({
  via: null,
  host: 'available',
  reason: null,
  text: null,
  retryInMs: null,
  ...given,
  at: new Date().toISOString(),
})
