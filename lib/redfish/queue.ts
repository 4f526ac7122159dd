/**
 * `urgent` goes before everything that waits. `aside` goes after everything, and never takes the last free place: something that takes
 * long (a page of a log, half a minute on some BMCs) must not keep a short question waiting.
 */
export type Urgency = 'urgent' | 'usual' | 'aside'

/** Runs tasks at most `width` at once, by their urgency and else in order. */
export type TaskQueue = {
  run<T>(task: () => Promise<T>, urgency?: Urgency): Promise<T>
  /** Rejects everything that waits, and everything that comes later. */
  stop(error: Error): void
}

/** `maxWaiting` bounds what callers can pile up on one slow BMC; beyond it `run` rejects with `overflow()`. */
export function createTaskQueue(width: number, maxWaiting: number, overflow: () => Error): TaskQueue {
  type Waiting = { start: () => void; reject: (error: Error) => void }
  const waiting: Record<Urgency, Waiting[]> = { urgent: [], usual: [], aside: [] }
  const asideWidth = Math.max(1, width - 1)
  let running = 0
  let runningAside = 0
  let stopped: Error | undefined

  const hasPlace = (urgency: Urgency) => running < width && (urgency !== 'aside' || runningAside < asideWidth)

  function take(urgency: Urgency): void {
    running++
    if (urgency === 'aside') runningAside++
  }

  function acquire(urgency: Urgency): Promise<void> {
    if (stopped !== undefined) return Promise.reject(stopped)
    if (hasPlace(urgency)) {
      take(urgency)
      return Promise.resolve()
    }
    if (waiting.urgent.length + waiting.usual.length + waiting.aside.length >= maxWaiting) return Promise.reject(overflow())
    return new Promise((start, reject) => waiting[urgency].push({ start, reject }))
  }

  function release(ended: Urgency): void {
    running--
    if (ended === 'aside') runningAside--
    for (const urgency of ['urgent', 'usual', 'aside'] as const) {
      const next = hasPlace(urgency) ? waiting[urgency].shift() : undefined
      if (next === undefined) continue
      take(urgency)
      return next.start()
    }
  }

  return {
    async run(task, urgency = 'usual') {
      await acquire(urgency)
      try {
        return await task()
      } finally {
        release(urgency)
      }
    },
    stop(error) {
      stopped = error
      for (const one of Object.values(waiting).flatMap((list) => list.splice(0))) one.reject(error)
    },
  }
}
