import type { SensorSweep } from '#lib/bmc/bmc.ts'
import { beginReading } from '#lib/db/begin-reading.ts'
import type { CommandStep, RefreshStep, StepWork } from '#lib/db/steps.ts'
import { createControlWorld } from './control-world.ts'
import { addressOf } from './conversation.ts'
import { createLogClearWorld } from './log-clear-world.ts'
import { refreshers } from './refresh.ts'
import { runLogClear } from './run-log-clear.ts'
import { runRefresh, type RefreshWorld } from './run-refresh.ts'
import { runStep } from './run-step.ts'
import { finish } from './step-ending.ts'
import { conversationOf, ownerOf, type StepHost } from './step-host.ts'
import { createStepQueue } from './step-queue.ts'
import { undisturbed } from './undisturbed.ts'
import type { World } from './world.ts'

/** The steps of one node: those that send something in one line, those that only read in another, which gives way to the first. */
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
  onBegin: () => void
  onEnd: (step: StepWork) => void
}

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

  function toRefreshWorld(step: RefreshStep, signal: AbortSignal): RefreshWorld {
    const gate = { RefreshInventory: world.gates.inventory, RefreshSensors: world.gates.sweep, RefreshLog: world.gates.log }[step.action]
    const address = addressOf(host.node())
    const { archive, keepSensors } = host
    return {
      nowMs: () => Date.now(),
      address,
      inTurn: gate.run,
      begin: () => beginReading(world.db, step, ownerOf(world, host)),
      read: () => undisturbed(commands, host.untilDisturbed, async (disturbed) => refreshers[step.action]({ asked: conversationOf(host), archive, keepSensors, address }, disturbed), signal),
      finish: (outcome) => finish(step, outcome, world, host.node(), signal),
    }
  }

  return {
    isCommanding: commands.isBusy,
    isBusy: () => commands.isBusy() || readings.isBusy(),
    offer(steps) {
      commands.offer(steps.filter((step) => step.kind !== 'refresh'))
      readings.offer(steps.filter((step) => step.kind === 'refresh'))
    },
    async stop() {
      await Promise.all([commands.stop(), readings.stop()])
    },
  }
}
