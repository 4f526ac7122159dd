import { isAway } from '#lib/db/away.ts'
import type { StepWork } from '#lib/db/steps.ts'
import { createControlWorld } from './control-world.ts'
import { createLogClearWorld } from './log-clear-world.ts'
import { runLogClear } from './run-log-clear.ts'
import { runStep } from './run-step.ts'
import { sleep } from './sleep.ts'
import type { StepHost } from './step-host.ts'
import type { World } from './world.ts'

/** The steps of one node, one at a time, in the order in which they were asked. */
export type StepQueue = {
  isBusy: () => boolean
  offer: (steps: readonly StepWork[]) => void
  stop: () => Promise<void>
}

export function createStepQueue(world: World, host: StepHost): StepQueue {
  const waiting = new Map<string, StepWork>()
  const stop = new AbortController()
  const onWorldEnd = () => stop.abort()
  if (world.signal.aborted) stop.abort()
  else world.signal.addEventListener('abort', onWorldEnd, { once: true })
  /** What has ended here: a list that was read just before must not bring it back. */
  const ended = new Set<string>()
  let running: StepWork | undefined
  let drain: Promise<void> = Promise.resolve()

  async function work(): Promise<void> {
    for (;;) {
      const next = waiting.values().next().value
      if (next === undefined || stop.signal.aborted) return
      waiting.delete(next.id)
      running = next
      host.onBegin()
      try {
        if (next.kind === 'log-clear') await runLogClear(next, createLogClearWorld(next, world, host, stop.signal), stop.signal)
        else await runStep(next, createControlWorld(next, world, host, stop.signal), stop.signal)
        ended.add(next.id)
      } catch (error) {
        // The step stands in the database as it was; it is offered again when that answers.
        if (!isAway(error)) world.complain(`${next.nodeName}: step ${next.id}: ${error instanceof Error ? error.message : String(error)}`)
        await sleep(1_000, stop.signal)
      } finally {
        running = undefined
        host.onEnd(next)
      }
    }
  }

  return {
    isBusy: () => running !== undefined || waiting.size > 0,
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
