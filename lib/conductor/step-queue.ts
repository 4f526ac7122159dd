import { isAway } from '#lib/db/away.ts'
import type { StepWork } from '#lib/db/steps.ts'
import { sleep } from './sleep.ts'
import type { World } from './world.ts'

/** Steps of one node, one at a time, in the order in which they were asked. */
export type StepQueue<T extends StepWork> = {
  /** While a step runs; one that waits for the pace of the site leaves its node to the polls. */
  isBusy: () => boolean
  /** Resolves when all that was offered so far has had its turn. */
  drained: () => Promise<void>
  offer: (steps: readonly T[]) => void
  stop: () => Promise<void>
}

/** What is done with each: `run` takes it to its end, and rejects when it stands as it was. */
export type StepLane<T extends StepWork> = {
  onBegin?: (step: T) => void
  run: (step: T, signal: AbortSignal) => Promise<void>
  onEnd: (step: T) => void
}

export function createStepQueue<T extends StepWork>(world: Pick<World, 'signal' | 'complain' | 'pace'>, { onBegin, run, onEnd }: StepLane<T>): StepQueue<T> {
  const waiting = new Map<string, T>()
  const stop = new AbortController()
  const onWorldEnd = () => stop.abort()
  if (world.signal.aborted) stop.abort()
  else world.signal.addEventListener('abort', onWorldEnd, { once: true })
  /** What has ended here: a list that was read just before must not bring it back. */
  const ended = new Set<string>()
  let running: T | undefined
  let drain: Promise<void> = Promise.resolve()

  async function work(): Promise<void> {
    for (;;) {
      const next = waiting.values().next().value
      if (next === undefined || stop.signal.aborted) return
      // Before the state is read: what is read must not be old when the command leaves.
      if (next.kind === 'power' && next.state === 'queued' && !(await world.pace(stop.signal))) return
      waiting.delete(next.id)
      running = next
      onBegin?.(next)
      try {
        await run(next, stop.signal)
        ended.add(next.id)
      } catch (error) {
        // The step stands in the database as it was; it is offered again when that answers.
        if (!isAway(error)) world.complain(`${next.nodeName}: step ${next.id}: ${error instanceof Error ? error.message : String(error)}`)
        await sleep(1_000, stop.signal)
      } finally {
        running = undefined
        onEnd(next)
      }
    }
  }

  return {
    isBusy: () => running !== undefined,
    drained: () => drain,
    offer(steps) {
      const wasIdle = running === undefined && waiting.size === 0
      for (const step of steps) if (step.id !== running?.id && !waiting.has(step.id) && !ended.has(step.id)) waiting.set(step.id, step)
      if (wasIdle && waiting.size > 0) drain = work()
    },
    async stop() {
      waiting.clear()
      stop.abort()
      world.signal.removeEventListener('abort', onWorldEnd)
      await drain
    },
  }
}
