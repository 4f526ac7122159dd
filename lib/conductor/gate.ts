/** Lets a bounded number of things happen at once; the others wait in line. */
export type Gate = { run: <T>(work: () => Promise<T>) => Promise<T> }

export function createGate(limit: number): Gate {
  let running = 0
  const waiting: (() => void)[] = []

  async function run<T>(work: () => Promise<T>): Promise<T> {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve))
    else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running--
      else next()
    }
  }
  return { run }
}

/** Spaces deeds out: at most `perSecond` a second on average, `burst` at once after a rest. Resolves false when the signal fired first. */
export type Pace = (signal: AbortSignal) => Promise<boolean>

export function createPace(perSecond: number, burst: number, nowMs: () => number, sleep: (ms: number, signal: AbortSignal) => Promise<void>): Pace {
  let free = nowMs()
  return async (signal) => {
    const now = nowMs()
    // Each deed takes a slot of time; a rest saves up slots, but no more than the burst.
    free = Math.max(free, now - (burst / perSecond) * 1_000) + 1_000 / perSecond
    if (free > now) await sleep(free - now, signal)
    return !signal.aborted
  }
}
