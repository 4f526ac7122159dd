import type { SensorSweep } from '#lib/bmc/bmc.ts'
import { beginReading } from '#lib/db/begin-reading.ts'
import { writeMedia } from '#lib/db/media-steps.ts'
import type { CommandStep, MediaStep, RefreshStep, StepWork } from '#lib/db/steps.ts'
import { createControlWorld } from './control-world.ts'
import { addressOf } from './conversation.ts'
import { createLogClearWorld } from './log-clear-world.ts'
import { refreshers } from './refresh.ts'
import { createMediaWorld } from './media-world.ts'
import { runLogClear } from './run-log-clear.ts'
import { runMedia } from './run-media.ts'
import { runRefresh, type RefreshWorld } from './run-refresh.ts'
import { runStep } from './run-step.ts'
import { finish } from './step-ending.ts'
import { conversationOf, ownerOf, type StepHost } from './step-host.ts'
import { sleep } from './sleep.ts'
import { createStepQueue } from './step-queue.ts'
import { undisturbed } from './undisturbed.ts'
import type { World } from './world.ts'

/**
 * The steps of one node: those that send something in one line, those that only read in another, which gives way to the first. Those of media
 * have lines of their own, because an install that is watched for an hour must keep the node neither from its polls nor from an eject.
 */
export type NodeSteps = {
  /** A command is on its way, or will be at once: nothing else is asked of the BMC meanwhile. */
  isCommanding: () => boolean
  /** Some step runs. */
  isBusy: () => boolean
  offer: (steps: readonly StepWork[]) => void
  stop: () => Promise<void>
}

export type NodeStepsHost = StepHost & {
  keepSensors: (sweep: SensorSweep) => Promise<void>
  /** Fires when readings must make way, because a command begins or the node is another's. */
  untilDisturbed: () => AbortSignal
  onBegin: (step: StepWork) => void
  onEnd: (step: StepWork) => void
}

const isOfMedia = (step: StepWork): step is MediaStep => step.kind === 'media' || step.kind === 'install'

export function createNodeSteps(world: World, host: NodeStepsHost): NodeSteps {
  const commands = createStepQueue<CommandStep>(world, {
    onBegin: host.onBegin,
    async run(step, signal) {
      if (step.kind === 'log-clear') await runLogClear(step, createLogClearWorld(step, world, host, signal), signal)
      else await runStep(step, createControlWorld(step, world, host, signal), signal)
    },
    onEnd: host.onEnd,
  })
  const readings = createStepQueue<RefreshStep>(world, {
    run: (step, signal) => runRefresh(step, toRefreshWorld(step, signal), signal),
    onEnd: host.onEnd,
  })

  const ofMedia = { run: (step: MediaStep, signal: AbortSignal) => runMedia(step, createMediaWorld(step, world, host, (work) => exclusively(step, work), signal), signal), onEnd: host.onEnd }
  const media = createStepQueue<MediaStep>(world, ofMedia)
  const installs = createStepQueue<MediaStep>(world, ofMedia)
  let asking = 0

  async function exclusively<T>(step: MediaStep, work: () => Promise<T>): Promise<T> {
    while (commands.isBusy()) await commands.drained()
    asking += 1
    host.onBegin(step)
    try {
      return await work()
    } finally {
      asking -= 1
    }
  }

  const isCommanding = () => commands.isBusy() || asking > 0
  const isDrained = async () => {
    await commands.drained()
    if (asking > 0) await sleep(500, world.signal)
  }

  function toRefreshWorld(step: RefreshStep, signal: AbortSignal): RefreshWorld {
    const gate = { RefreshInventory: world.gates.inventory, RefreshSensors: world.gates.sweep, RefreshLog: world.gates.log, RefreshMedia: world.gates.sweep }[step.action]
    const address = addressOf(host.node())
    const { archive } = host
    // Whoever waits for the step reads what it has read as soon as it has ended.
    const keepSensors = async (sweep: SensorSweep) => {
      await host.keepSensors(sweep)
      await world.results.flush()
    }
    return {
      nowMs: () => Date.now(),
      address,
      inTurn: gate.run,
      begin: () => beginReading(world.db, step, ownerOf(world, host)),
      read: () => undisturbed({ isBusy: isCommanding, drained: isDrained }, host.untilDisturbed, async (disturbed) => refreshers[step.action]({ asked: conversationOf(host), archive, keepSensors, keepMedia: (state) => writeMedia(world.db, ownerOf(world, host), step.nodeId, state), address }, disturbed), signal),
      finish: (outcome) => finish(step, outcome, world, host.node(), signal),
    }
  }

  return {
    isCommanding,
    isBusy: () => isCommanding() || readings.isBusy(),
    offer(steps) {
      commands.offer(steps.filter((step) => step.kind !== 'refresh' && !isOfMedia(step)))
      readings.offer(steps.filter((step) => step.kind === 'refresh'))
      media.offer(steps.filter(isOfMedia).filter(({ kind }) => kind === 'media'))
      installs.offer(steps.filter(isOfMedia).filter(({ kind }) => kind === 'install'))
    },
    async stop() {
      await Promise.all([commands.stop(), readings.stop(), media.stop(), installs.stop()])
    },
  }
}
