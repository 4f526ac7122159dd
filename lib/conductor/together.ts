/** Asks one thing, and is answered when a batch that it was part of has been. */
export type Together<T, R> = (item: T) => Promise<R>

type Waiting<T, R> = { item: T; resolve: (answer: R) => void; reject: (error: unknown) => void }

/**
 * Gathers what is asked at nearly the same time and does it as one: five hundred steps that begin at once wait for the disk a few times and
 * not five hundred times. One batch at a time; what comes meanwhile is the next. `work` answers in the order of its items. A batch that
 * fails with an error of which `isOfOne` says that a single item is to blame is tried again item by item, so that the others get their answer.
 */
export function together<T, R>(work: (items: readonly T[]) => Promise<readonly R[]>, most: number, isOfOne: (error: unknown) => boolean): Together<T, R> {
  const waiting: Waiting<T, R>[] = []
  let running = false

  async function run(batch: readonly Waiting<T, R>[]): Promise<void> {
    try {
      const answers = await work(batch.map(({ item }) => item))
      for (const [i, { resolve }] of batch.entries()) resolve(answers[i]!)
    } catch (error) {
      if (batch.length === 1 || !isOfOne(error)) return batch.forEach(({ reject }) => reject(error))
      for (const one of batch) await run([one])
    }
  }

  async function drain(): Promise<void> {
    running = true
    while (waiting.length > 0) await run(waiting.splice(0, most))
    running = false
  }

  return (item) =>
    new Promise<R>((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      // Those that come in the same turn of the event loop are in the first batch already.
      if (!running) setImmediate(() => void (running || drain()))
    })
}
