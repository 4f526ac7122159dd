import type { PowerReading } from '#lib/bmc/bmc.ts'
import type { BootOrder } from '#lib/domain/boot.ts'
import { toEvidenceText } from '#lib/domain/evidence.ts'
import type { ActionOptions, Command, ControlAction } from '#lib/domain/operation.ts'
import { isUsefulIn, stateAfter, toBootReset, toForced } from '#lib/domain/reset-rules.ts'
import type { PowerState } from '#lib/domain/power.ts'
import { toGoal, type Phase } from './step-machine.ts'
import type { StepTiming } from './step-timing.ts'

/** Which commands a step sends, decided by the state that was read just before its first: pure, as `step-machine`. */

export type Refusal = { code: string; message: string }

/** What a command comes to on this node: itself, or those that make it up; or the BMC's reason why it cannot be. */
export type PlanOf = (command: Command) => { commands: readonly Command[] } | { refused: string }

type Asked = { action: ControlAction; options: ActionOptions }

export type Move = { kind: 'send'; phases: Phase[] } | { kind: 'done'; evidence: string } | ({ kind: 'refused' } & Refusal)

/** What there is to do. `done` needs no command; `refused` cannot be done, or would be pointless or harmful. */
export function toMove(asked: Asked, before: PowerReading, planOf: PlanOf, timing: StepTiming): Move {
  const command = toCommand(asked.action, before.state)
  if (command === null || (asked.options.start === true && toBootReset(before.state) === null)) {
    const message = `the node is neither on nor off (${before.state}), so it is not clear how to boot it; nothing was sent`
    return { kind: 'refused', code: 'not-settled', message }
  }
  const phases = toPhases(command, asked.options, before.state, planOf, timing)
  if ('refused' in phases) return { kind: 'refused', code: 'not-supported', message: phases.refused }
  return toNeedless(command, before) ?? { kind: 'send', phases }
}

/** `Boot` is decided by the state; everything else is what it says. */
const toCommand = (action: ControlAction, state: PowerState): Command | null => (action === 'Boot' ? toBootReset(state) : action)

function toNeedless(command: Command, before: PowerReading): Exclude<Move, { kind: 'send' }> | null {
  if (command === 'IndicatorOn' || command === 'IndicatorOff') {
    const wanted = command === 'IndicatorOn'
    return before.indicator === wanted ? { kind: 'done', evidence: toEvidenceText(wanted ? 'alreadyLit' : 'alreadyDark') } : null
  }
  if (command === 'SetBoot' || command === 'SetPowerCap' || command === 'LiftPowerCap' || command === 'ResetBmc') return null
  if (before.state === stateAfter(command) && (command === 'On' || before.state === 'off')) return { kind: 'done', evidence: toEvidenceText(before.state === 'on' ? 'alreadyOn' : 'alreadyOff') }
  if (before.state === 'off' && !isUsefulIn(command, 'off')) {
    return { kind: 'refused', code: 'is-off', message: `the node is off, so ${command} has nothing to act on: switch it on instead` }
  }
  return null
}

function toPhases(command: Command, { forceAfterSeconds, boot, start, capWatts }: ActionOptions, before: PowerState, planOf: PlanOf, timing: StepTiming): Phase[] | { refused: string } {
  const plan = planOf(command)
  if ('refused' in plan) return plan
  const phases = plan.commands.map((one, i): Phase => ({ ...toPhase(one, before, timing), completes: i > 0, ...(one === 'SetBoot' && boot && { boot }), ...toCap(one, capWatts) }))
  if (forceAfterSeconds !== undefined) return withForce(phases, forceAfterSeconds, planOf, timing)
  return start === true ? withStart(phases, boot, before, planOf, timing) : phases
}

const toCap = (command: Command, watts: number | undefined) => (command === 'SetPowerCap' && watts !== undefined ? { capWatts: watts } : command === 'LiftPowerCap' ? { capWatts: null } : {})

/** What is set is booted from at once. A start that this BMC has not stops the whole before anything is sent. */
function withStart(phases: Phase[], boot: BootOrder | undefined, before: PowerState, planOf: PlanOf, timing: StepTiming): Phase[] | { refused: string } {
  const reset = toBootReset(before)
  const started = reset === null ? [] : toPhases(reset, {}, before, planOf, timing)
  if ('refused' in started) return { refused: `${reset} could not follow: ${started.refused}` }
  const usesUp = boot?.lasting === 'once' && boot.target !== 'none'
  return [...phases, ...started.map((phase) => ({ ...phase, usesUp: usesUp && phase.goal === 'restarted' }))]
}

const toPhase = (command: Command, before: PowerState, timing: StepTiming): Phase => ({
  command,
  goal: toGoal(command, before),
  deadlineMs: timing.deadlineMs[command],
  isForce: false,
  completes: false,
})

/**
 * The graceful phase waits as long as was asked, and is followed by the one command that forces what it asked for. A graceful restart
 * that is composed waits for `off`, so that is what is forced.
 */
function withForce([graceful, ...rest]: Phase[], seconds: number, planOf: PlanOf, timing: StepTiming): Phase[] | { refused: string } {
  const forced = toForced(graceful!.goal === 'off' ? 'GracefulShutdown' : 'GracefulRestart')!
  const plan = planOf(forced)
  if ('refused' in plan) return { refused: `${forced} could not follow: ${plan.refused}` }
  if (plan.commands.length !== 1) return { refused: `${forced} could not follow: this BMC has no single command for it` }
  return [{ ...graceful!, deadlineMs: seconds * 1000 }, { ...toPhase(forced, 'on', timing), isForce: true }, ...rest]
}

/**
 * The phases of a step that another conductor began, and which of them its last recorded command is. Where the plan of today is another
 * (the BMC was probed anew), what was recorded counts and nothing follows; null without any record.
 */
export function toResumed(asked: Asked & { commands: readonly Command[] }, before: PowerState, planOf: PlanOf, timing: StepTiming): { phases: Phase[]; index: number } | null {
  const last = asked.commands.at(-1)
  if (last === undefined) return null
  const command = toCommand(asked.action, before)
  const planned = command === null ? [] : toPhases(command, asked.options, before, planOf, timing)
  const phases = 'refused' in planned ? [] : planned
  if (isPrefix(asked.commands, phases)) return { phases, index: phases.findIndex((phase) => phase.command === last) }
  const recorded = asked.commands.map((one) => toPhase(one, before, timing))
  return { phases: recorded, index: recorded.length - 1 }
}

/** The commands are those of the first phases, each of the others being one that may be passed over. */
function isPrefix(commands: readonly Command[], phases: readonly Phase[]): boolean {
  let next = 0
  for (const phase of phases) {
    if (next === commands.length) return true
    if (phase.command === commands[next]) next++
    else if (!phase.isForce) return false
  }
  return next === commands.length
}
