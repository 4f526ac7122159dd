import { BmcError } from '#lib/bmc/errors.ts'

/** Listens to one BMC's event stream, and gives up by itself where that is of no use. What it hears is only a reason to read. */
export type Ear = {
  /** The BMC has just answered: listens, if it does not yet and may. */
  wake: () => void
  /** A reading found a change of power. Several in a row of which the stream told nothing, and it is given up. */
  sawChange: () => void
  /** A survey was made, or the BMC is another one: what was given up is tried again. */
  renew: () => void
  /** Stops listening; resolves when the connection is closed. */
  stop: () => Promise<void>
}

export type EarOptions = {
  /** The path of the stream, where the BMC has one and is spoken to by the protocol that has it. */
  stream: () => string | undefined
  listen: (path: string, onEvent: () => void, signal: AbortSignal) => Promise<'idle' | 'closed'>
  onEvent: () => void
  /** A monotonic clock in milliseconds. */
  now?: () => number
}

const shortestPauseMs = 10_000
const longestPauseMs = 30 * 60_000
/** So many streams in a row that ended without an event, or changes of power of which nothing was heard. */
const mostFailures = 5
const mostUntold = 3

/** A stream that is none, or keeps to no limit, will be the same next time. */
const hopeless = new Set(['unsupported', 'garbled', 'not-a-bmc', 'certificate', 'cipher-suite'])

export function createEar({ stream, listen, onEvent, now = () => performance.now() }: EarOptions): Ear {
  let current: { stop: AbortController; done: Promise<void> } | undefined
  let notBeforeMs = -Infinity
  let failures = 0
  let untold = 0
  let isGivenUp = false

  function hear(): void {
    failures = 0
    untold = 0
    onEvent()
  }

  async function run(path: string, stop: AbortController): Promise<void> {
    const end = await listen(path, hear, stop.signal).catch((error: unknown) => error)
    if (stop.signal.aborted) return
    current = undefined
    // It was open for long and had nothing to tell: no fault.
    if (end === 'idle') return
    const isHopeless = end instanceof BmcError && hopeless.has(end.kind)
    failures += 1
    isGivenUp = isHopeless || failures >= mostFailures
    notBeforeMs = now() + Math.min(longestPauseMs, shortestPauseMs * 2 ** (failures - 1))
  }

  async function stop(): Promise<void> {
    const stopped = current
    current = undefined
    stopped?.stop.abort()
    await stopped?.done
  }

  return {
    wake() {
      const path = stream()
      if (path === undefined) return void stop()
      if (current !== undefined || isGivenUp || now() < notBeforeMs) return
      const controller = new AbortController()
      current = { stop: controller, done: Promise.resolve() }
      current.done = run(path, controller)
    },
    sawChange() {
      if (current === undefined) return
      untold += 1
      if (untold < mostUntold) return
      isGivenUp = true
      void stop()
    },
    renew() {
      isGivenUp = false
      failures = 0
      untold = 0
      notBeforeMs = -Infinity
    },
    stop,
  }
}
