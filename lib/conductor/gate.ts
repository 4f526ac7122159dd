/** Lets a bounded number of things happen at once; the others wait in line. */
export type Gate = { run: <T>(work: () => Promise<T>) => Promise<T> }

/** `share` of the limit holds now, but one at least: it is asked whenever one begins or ends. */
export function createGate(limit: number, share: () => number = () => 1): Gate {
  let running = 0
  const waiting: (() => void)[] = []
  const hasRoom = () => running < Math.max(1, Math.round(limit * share()))

  async function run<T>(work: () => Promise<T>): Promise<T> {
    if (hasRoom()) running++
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      running--
      while (waiting.length > 0 && hasRoom()) {
        running++
        waiting.shift()!()
      }
    }
  }
  return { run }
}

/** Spaces deeds out: at most `perSecond()` a second on average, those of one second at once after a rest. Resolves false when the signal fired first. */
export type Pace = (signal: AbortSignal) => Promise<boolean>

export function createPace(perSecond: () => number, nowMs: () => number, sleep: (ms: number, signal: AbortSignal) => Promise<void>): Pace {
  let free = nowMs()
  return async (signal) => {
    const now = nowMs()
    // Each deed takes a slot of time; a rest saves up slots, but no more than those of a second.
    free = Math.max(free, now - 1_000) + 1_000 / perSecond()
    if (free > now) await sleep(free - now, signal)
    return !signal.aborted
  }
}
