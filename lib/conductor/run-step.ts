import type { PowerReading, ResetAnswer } from '#lib/bmc/bmc.ts'
import { BmcError } from '#lib/bmc/errors.ts'
import { isAway as isAwayError } from '#lib/db/away.ts'
import type { IntentAnswer } from '#lib/db/begin-commands.ts'
import type { ControlStep } from '#lib/db/steps.ts'
import { toEvidenceText } from '#lib/domain/evidence.ts'
import type { PowerState } from '#lib/domain/power.ts'
import { toShownPower, type Phase, type Trace } from './step-machine.ts'
import { toMove, toResumed } from './step-plan.ts'
import { ended, read, textOf, type Baseline, type Ended, type Reading, type StepWorld } from './step-world.ts'
import { watch } from './watch-step.ts'

/** How a step ended, with the state in which it found the node. */
export type Whole = Ended & { before: PowerState | null }

/**
 * Takes one step from where it stands to its end: resolves when it has ended, was taken over by another owner, or the signal fired.
 * A command leaves only after its intent was committed, and never again: every path after `begin` only reads.
 */
export async function runStep(step: ControlStep, world: StepWorld, signal: AbortSignal): Promise<void> {
  const outcome = await takeOn(step, world, signal)
  if (outcome === null || signal.aborted) return
  const { state, before, evidence, error, last } = outcome
  await world.finish({ state, before, evidence, error, after: last?.power.state ?? null, afterAt: last === null ? null : new Date(last.atMs) })
}

/** The same without writing its end: for a step of which this is a part. */
export const takeOn = (step: ControlStep, world: StepWorld, signal: AbortSignal): Promise<Whole | null> =>
  step.state === 'queued' ? start(step, world, signal) : resume(step, world, signal)

async function start(step: ControlStep, world: StepWorld, signal: AbortSignal): Promise<Whole | null> {
  if (world.nowMs() > step.deadlineAt.getTime()) {
    return { before: null, ...ended('aborted', null, { code: 'deadline', message: 'not started before the deadline of its operation; nothing was sent' }) }
  }
  let first: Reading
  try {
    first = await read(world)
  } catch (error) {
    return { before: null, ...ended('failed', null, { code: codeOf(error), message: `nothing was sent, because the state could not be read: ${textOf(error)}` }) }
  }
  const before = first.power.state
  const move = toMove(step, first.power, world.plan, world.timing)
  if (move.kind === 'done') return { before, ...ended('verified', first, null, move.evidence) }
  if (move.kind === 'refused') return { before, ...ended('failed', first, { code: move.code, message: move.message }) }
  return runPhases({ phases: move.phases, before, said: [], sent: 0 }, 0, first, null, world, signal)
}

/** After a restart: the last command may have left or not, so its phase is only read; a command that was never committed may still follow. */
async function resume(step: ControlStep, world: StepWorld, signal: AbortSignal): Promise<Whole | null> {
  const kept = await world.readBaseline()
  const before = step.before ?? kept?.reading.state ?? 'unknown'
  const resumed = toResumed(step, before, world.plan, world.timing)
  if (resumed === null) return { before: step.before, ...ended('unknown', null, { code: 'no-record', message: 'the step has no record of what was sent' }) }
  const { phases, index } = resumed
  const phase = phases[index]!
  const trace: Trace = { before: kept?.reading ?? { state: before }, seenOff: kept?.seenOff ?? false, answer: 'not-known' }
  // Time that passed while nobody looked counts, but a state that is only now read deserves a few reads.
  const sentAtMs = step.sentAt?.getTime() ?? world.nowMs()
  const result = await watch(phase, trace, Math.max(sentAtMs + phase.deadlineMs, world.nowMs() + 10 * world.timing.readEveryMs), world, signal)
  if (result === null) return null
  const course = { phases, before, said: step.commands.slice(0, -1).map((command) => ({ command, what: 'done' })), sent: step.commands.length }
  const next = toNext(phases, index + 1, result)
  if (next !== undefined && world.nowMs() > Math.max(step.deadlineAt.getTime(), sentAtMs + 2 * phase.deadlineMs)) {
    const message = `the conductor restarted after ${phase.command}; ${next.command} was not sent before the deadline of the operation`
    return { before: step.before, ...ended('not-applied', result.last, { code: 'interrupted', message }) }
  }
  return runPhases(course, index + 1, result.last, note(course, phase, result), world, signal)
}

/** A step under way: `said` is what came of its commands so far, `sent` how many there were. */
type Course = { phases: readonly Phase[]; before: PowerState; said: { command: string; what: string }[]; sent: number }

/** The command that follows a phase which ended so: the next one, a forced one only where the node did not obey; undefined when that was all. */
function toNext(phases: readonly Phase[], from: number, result: Ended): Phase | undefined {
  const isDone = result.state === 'verified' && result.last !== null
  const next = phases.slice(from).find((phase) => !isDone || !phase.isForce)
  return isDone || (next?.isForce === true && result.isStillOn) ? next : undefined
}

/** `result`: of the phase before `from`; null before the first. */
async function runPhases(course: Course, from: number, latest: Reading | null, result: Ended | null, world: StepWorld, signal: AbortSignal): Promise<Whole | null> {
  const phase = result === null ? course.phases[from] : toNext(course.phases, from, result)
  if (phase === undefined || latest === null) return toWhole(course, from, result)
  if (phase.completes) await world.sleep(world.timing.pauseMs, signal)
  if (signal.aborted) return null
  const ofPhase = await runPhase(course, phase, latest, world, signal)
  if (ofPhase === null) return null
  return runPhases(course, course.phases.indexOf(phase) + 1, ofPhase.last, note(course, phase, ofPhase), world, signal)
}

function note({ said }: Course, phase: Phase, result: Ended): Ended {
  said.push({ command: phase.command, what: result.evidence ?? (result.isStillOn ? toEvidenceText('stillOn', { seconds: Math.round(phase.deadlineMs / 1000) }) : 'not proven') })
  return result
}

/** The end of the last phase as the end of the step: with what came before it, and why a force that was asked for was not sent. */
function toWhole({ before, said, phases }: Course, from: number, result: Ended | null): Whole | null {
  if (result === null) return null
  const told = said.map(({ command, what }) => `${command}: ${what}`)
  const evidence = result.evidence !== null && told.length > 1 ? told.join('; ') : result.evidence
  const { error } = result
  if (error === null) return { ...result, before, evidence }
  const unsent = phases.slice(from).find((phase) => phase.isForce)
  const earlier = told.slice(0, -1)
  const message = [error.message, ...(unsent === undefined ? [] : [`${unsent.command} was not sent, for nothing shows that the node is still on and has not obeyed`]), ...earlier.map((text) => `before that ${text}`)].join('; ')
  return { ...result, before, evidence, error: { ...error, message } }
}

async function runPhase(course: Course, phase: Phase, latest: Reading, world: StepWorld, signal: AbortSignal): Promise<Ended | null> {
  const reading = { ...latest.power, ...(await readWitness(phase, world)) }
  const intent = await commit(course, phase, { reading, seenOff: false }, world)
  if (intent !== 'committed') return intent === null ? null : { ...intent, last: latest }
  course.sent++
  // The lease went between the commit and the packet: whoever owns the node now reads, and so nothing may leave here.
  if (signal.aborted) return null
  const trace: Trace = { before: reading, seenOff: false, answer: 'not-known' }
  world.show(toShownPower(phase, trace, latest.power.state))
  let answer: ResetAnswer
  try {
    answer = await world.send(phase.command)
  } catch (error) {
    // A BmcError says that nothing left; anything else proves nothing, so the state is read.
    if (error instanceof BmcError) {
      return ended('failed', latest, { code: codeOf(error), message: `${phase.command} was not sent: ${textOf(error)}` })
    }
    answer = { kind: 'reply-lost', text: textOf(error) }
  }
  if (answer.kind === 'rejected') {
    return ended('failed', latest, { code: 'rejected', message: `the BMC refused ${phase.command}: ${answer.text}` })
  }
  await world.markSent()
  trace.answer = answer.kind
  return watch(phase, trace, world.nowMs() + phase.deadlineMs, world, signal)
}

/** What will tell of a restart that no state shows: where the log stands, or when the BMC itself last started. */
async function readWitness({ goal, command }: Phase, world: StepWorld): Promise<Pick<PowerReading, 'logMark' | 'bmcStartedAt'>> {
  if (goal === 'back') {
    const { bmcStartedAt } = await world.readBmc(command).catch((): Partial<PowerReading> => ({}))
    return bmcStartedAt === undefined ? {} : { bmcStartedAt }
  }
  const logMark = goal === 'restarted' || goal === 'nothing' ? await world.readLogMark() : undefined
  return logMark === undefined ? {} : { logMark }
}

/** `null`: the step is not ours any more, and nothing was sent. */
async function commit({ before, sent }: Course, phase: Phase, baseline: Baseline, world: StepWorld): Promise<'committed' | Ended | null> {
  const isFirst = sent === 0
  let answer: IntentAnswer
  try {
    answer = await world.begin({ command: phase.command, sentBefore: sent, completes: phase.completes, before, baseline })
  } catch (error) {
    // With Postgres away the step stays as it is and is taken up later; a cycle that is half done waits for the audit.
    if (!isFirst || isAwayError(error)) throw error
    await world.refuseUnaudited(`nothing was sent, because the audit could not be written: ${textOf(error)}`)
    return null
  }
  const unsent = isFirst ? 'nothing was sent' : `${phase.command} was not sent`
  switch (answer) {
    case 'committed':
      return 'committed'
    case 'not-ours':
      return null
    case 'stopped':
      return isFirst ? null : ended('not-applied', null, { code: 'stopped', message: `the operation was stopped; ${unsent}` })
    case 'protected':
      return ended('failed', null, { code: 'protected', message: `the node is protected; ${unsent}` })
    case 'rate-limit':
      return ended('failed', null, { code: 'rate-limit', message: `too many commands to this node within a minute; ${unsent}` })
  }
}

const codeOf = (error: unknown) => (error instanceof BmcError ? error.kind : 'failed')
