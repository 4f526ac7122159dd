/** Runs tasks at most `width` at once, in order; an urgent one goes before those that wait. */
export type TaskQueue = {
  run<T>(task: () => Promise<T>, urgent?: boolean): Promise<T>
  /** Rejects everything that waits, and everything that comes later. */
  stop(error: Error): void
}

/** `maxWaiting` bounds what callers can pile up on one slow BMC; beyond it `run` rejects with `overflow()`. */
export function createTaskQueue(width: number, maxWaiting: number, overflow: () => Error): TaskQueue {
  type Waiting = { start: () => void; reject: (error: Error) => void }
  const waiting: Waiting[] = []
  let running = 0
  let stopped: Error | undefined

  function acquire(urgent: boolean): Promise<void> {
    if (stopped !== undefined) return Promise.reject(stopped)
    if (running < width) {
      running++
      return Promise.resolve()
    }
    if (waiting.length >= maxWaiting) return Promise.reject(overflow())
    return new Promise((start, reject) => {
      if (urgent) waiting.unshift({ start, reject })
      else waiting.push({ start, reject })
    })
  }

  function release(): void {
    const next = waiting.shift()
    if (next === undefined) running--
    else next.start()
  }

  return {
    async run(task, urgent = false) {
      await acquire(urgent)
      try {
        return await task()
      } finally {
        release()
      }
    },
    stop(error) {
      stopped = error
      for (const { reject } of waiting.splice(0)) reject(error)
    },
  }
}
