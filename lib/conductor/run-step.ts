import type { PowerReading, ResetAnswer } from '#lib/bmc/bmc.ts'
import { BmcError } from '#lib/bmc/errors.ts'
import { isAway as isAwayError } from '#lib/db/away.ts'
import type { CommandIntent, IntentAnswer, StepOutcome, ControlStep } from '#lib/db/steps.ts'
import type { ControlAction } from '#lib/domain/operation.ts'
import type { PowerState } from '#lib/domain/power.ts'
import {
  isAway,
  toConclusion,
  toEvidence,
  toFirstMove,
  toPauseMs,
  toPhases,
  toShownPower,
  type Phase,
  type StepTiming,
  type Trace,
} from './step-machine.ts'

/**
 * Takes one step from where it stands to its end. A command leaves only after its intent was committed, and never again: every path
 * after `begin` only reads. What it needs of the world comes in `StepWorld`, so that a test can be the BMC, the clock and the database.
 */
export type StepWorld = {
  nowMs: () => number
  sleep: (ms: number, signal: AbortSignal) => Promise<void>
  timing: StepTiming
  /** The commands that make up an action on this node: one, or several where it is composed. */
  plan: (action: ControlAction) => { commands: readonly ControlAction[] } | { refused: string }
  /** Rejects with a BmcError. */
  readPower: (signal: AbortSignal) => Promise<PowerReading>
  /** Where the BMC's log stands, and what it says of a restart since: undefined where no protocol of the node can tell. */
  readLogMark: (signal: AbortSignal) => Promise<string | undefined>
  findRestart: (mark: string, signal: AbortSignal) => Promise<string | undefined>
  /** At most one packet of control. A BmcError means that nothing was sent. */
  send: (command: ControlAction, signal: AbortSignal) => Promise<ResetAnswer>
  begin: (intent: Pick<CommandIntent, 'step' | 'command' | 'sentBefore' | 'before' | 'baseline'>) => Promise<IntentAnswer>
  markSent: (step: ControlStep) => Promise<void>
  keepBaseline: (step: ControlStep, baseline: Baseline) => Promise<void>
  readBaseline: (step: ControlStep) => Promise<Baseline | null>
  /** Writes the end and its audit row; comes back only when they are written, or when the signal fires. */
  finish: (step: ControlStep, outcome: StepOutcome, signal: AbortSignal) => Promise<void>
  /** Ends a step for which nothing was sent because the audit could not be written; its row has no audit entry either. */
  refuseUnaudited: (step: ControlStep, message: string) => Promise<void>
  /** The state for the fleet's page, while the step runs. */
  show: (power: PowerState, atMs: number) => void
}

/** What the reader after a restart needs: the reading before the command, and whether it was seen off since. */
export type Baseline = { reading: PowerReading; seenOff: boolean }

type Reading = { power: PowerReading; atMs: number }
type Ended = Omit<StepOutcome, 'before' | 'after' | 'afterAt'> & { last: Reading | null; before: PowerState | null }

const ended = (state: StepOutcome['state'], before: PowerState | null, last: Reading | null, error: StepOutcome['error'], evidence: string | null = null): Ended => ({
  state,
  before,
  last,
  error,
  evidence,
})

/** Runs or resumes a step. Resolves when it has ended, was taken over by another owner, or the signal fired. */
export async function runStep(step: ControlStep, world: StepWorld, signal: AbortSignal): Promise<void> {
  const outcome = step.state === 'queued' ? await start(step, world, signal) : await resume(step, world, signal)
  if (outcome === null || signal.aborted) return
  const { last, ...rest } = outcome
  await world.finish(
    step,
    { ...rest, after: last?.power.state ?? null, afterAt: last === null ? null : new Date(last.atMs) },
    signal,
  )
}

async function start(step: ControlStep, world: StepWorld, signal: AbortSignal): Promise<Ended | null> {
  if (world.nowMs() > step.deadlineAt.getTime()) {
    return ended('aborted', null, null, { code: 'deadline', message: 'not started before the deadline of its operation; nothing was sent' })
  }
  let first: Reading
  try {
    first = await read(world, signal)
  } catch (error) {
    return ended('failed', null, null, { code: codeOf(error), message: `nothing was sent, because the state could not be read: ${textOf(error)}` })
  }
  const before = first.power.state
  const plan = world.plan(step.action)
  if ('refused' in plan) return ended('failed', before, first, { code: 'not-supported', message: plan.refused })
  const move = toFirstMove(step.action, first.power)
  if (move.kind === 'done') return ended('verified', before, first, null, move.evidence)
  if (move.kind === 'refused') return ended('failed', before, first, { code: move.code, message: move.message })
  return runPhases(step, toPhases(plan.commands, world.timing), 0, first, world, signal)
}

/** After a restart: the last command may have left or not, so its phase is only read; a command that was never committed may still follow. */
async function resume(step: ControlStep, world: StepWorld, signal: AbortSignal): Promise<Ended | null> {
  const plan = world.plan(step.action)
  const planned = 'refused' in plan || !step.commands.every((command, i) => plan.commands[i] === command) ? step.commands : plan.commands
  const phases = toPhases(planned, world.timing)
  const index = step.commands.length - 1
  const phase = phases[index]
  if (phase === undefined) return ended('unknown', step.before, null, { code: 'no-record', message: 'the step has no record of what was sent' })
  const kept = await world.readBaseline(step)
  const trace: Trace = {
    before: kept?.reading ?? { state: step.before ?? 'unknown' },
    seenOff: kept?.seenOff ?? false,
    answer: 'not-known',
  }
  // Time that passed while nobody looked counts, but a state that is only now read deserves a few reads.
  const sentAtMs = step.sentAt?.getTime() ?? world.nowMs()
  const deadlineAtMs = Math.max(sentAtMs + phase.deadlineMs, world.nowMs() + 10 * world.timing.readEveryMs)
  const result = await watch(step, phase, trace, deadlineAtMs, null, world, signal)
  if (result === null || result.state !== 'verified' || result.last === null || index + 1 >= phases.length) return result
  if (world.nowMs() > step.deadlineAt.getTime()) {
    return ended('not-applied', step.before, result.last, {
      code: 'interrupted',
      message: `the conductor restarted after ${phase.command}; ${phases[index + 1]!.command} was not sent before the deadline of the operation`,
    })
  }
  await world.sleep(world.timing.pauseMs, signal)
  return signal.aborted ? null : runPhases(step, phases, index + 1, result.last, world, signal)
}

async function runPhases(step: ControlStep, phases: readonly Phase[], from: number, first: Reading, world: StepWorld, signal: AbortSignal): Promise<Ended | null> {
  const before = step.before ?? first.power.state
  let latest = first
  let result: Ended | null = null
  const proofs: string[] = []
  for (const [index, phase] of phases.entries()) {
    if (index < from) continue
    if (index > from) await world.sleep(world.timing.pauseMs, signal)
    if (signal.aborted) return null
    result = await runPhase(step, phase, index, latest, before, world, signal)
    if (result === null || result.state !== 'verified' || result.last === null) return result
    latest = result.last
    proofs.push(result.evidence ?? '')
  }
  return result && { ...result, before, evidence: phases.length > 1 ? phases.map((phase, i) => `${phase.command}: ${proofs[i - from] ?? 'read back'}`).join('; ') : result.evidence }
}

async function runPhase(step: ControlStep, phase: Phase, index: number, latest: Reading, before: PowerState, world: StepWorld, signal: AbortSignal): Promise<Ended | null> {
  const logMark = phase.goal === 'restarted' || phase.goal === 'nothing' ? await world.readLogMark(signal) : undefined
  const reading: PowerReading = logMark === undefined ? latest.power : { ...latest.power, logMark }
  const baseline: Baseline = { reading, seenOff: false }
  const intent = await commit(step, phase, index, before, baseline, world)
  if (intent !== 'committed') return intent === null ? null : { ...intent, last: latest }
  // The lease went between the commit and the packet: whoever owns the node now reads, and so nothing may leave here.
  if (signal.aborted) return null
  const trace: Trace = { before: reading, seenOff: false, answer: 'not-known' }
  world.show(toShownPower(phase.command, trace, latest.power.state), world.nowMs())
  let answer: ResetAnswer
  try {
    answer = await world.send(phase.command, signal)
  } catch (error) {
    // A BmcError says that nothing left; anything else proves nothing, so the state is read.
    if (error instanceof BmcError) {
      return ended('failed', before, latest, { code: codeOf(error), message: `${phase.command} was not sent: ${textOf(error)}` })
    }
    answer = { kind: 'reply-lost', text: textOf(error) }
  }
  if (answer.kind === 'rejected') {
    return ended('failed', before, latest, { code: 'rejected', message: `the BMC refused ${phase.command}: ${answer.text}` })
  }
  await world.markSent(step)
  trace.answer = answer.kind
  return watch(step, phase, trace, world.nowMs() + phase.deadlineMs, before, world, signal)
}

/** `null`: the step is not ours any more, and nothing was sent. */
async function commit(step: ControlStep, phase: Phase, index: number, before: PowerState, baseline: Baseline, world: StepWorld): Promise<'committed' | Ended | null> {
  let answer: IntentAnswer
  try {
    answer = await world.begin({ step, command: phase.command, sentBefore: index, before, baseline })
  } catch (error) {
    // With Postgres away the step stays as it is and is taken up later; a cycle that is half done waits for the audit.
    if (index > 0 || isAwayError(error)) throw error
    await world.refuseUnaudited(step, `nothing was sent, because the audit could not be written: ${textOf(error)}`)
    return null
  }
  switch (answer) {
    case 'committed':
      return 'committed'
    case 'not-ours':
    case 'stopped':
      return null
    case 'protected':
      return ended('failed', before, null, { code: 'protected', message: 'the node is protected; nothing was sent' })
    case 'rate-limit':
      return ended('failed', before, null, { code: 'rate-limit', message: 'too many commands to this node within a minute; nothing was sent' })
  }
}

/** Reads until the goal is proven or its time is over. */
async function watch(step: ControlStep, phase: Phase, trace: Trace, deadlineAtMs: number, before: PowerState | null, world: StepWorld, signal: AbortSignal): Promise<Ended | null> {
  const { timing } = world
  const startedMs = world.nowMs()
  let logDueMs = startedMs
  let last: Reading | null = null
  let silence: unknown
  for (;;) {
    try {
      last = await read(world, signal)
      silence = undefined
    } catch (error) {
      silence = error
    }
    if (signal.aborted) return null
    if (last !== null && silence === undefined) {
      // The log is slow to read on many BMCs, so it is not looked at with every keen read.
      const withLog = world.nowMs() >= logDueMs
      if (withLog) logDueMs = world.nowMs() + timing.readEveryMs
      const evidence = await look(step, phase, trace, last, withLog, world, signal)
      if (evidence !== null) return ended('verified', before ?? step.before, last, null, evidence)
    }
    if (world.nowMs() >= deadlineAtMs) break
    const pauseMs = toPauseMs(phase, trace, world.nowMs() - startedMs, timing)
    await world.sleep(Math.min(pauseMs, Math.max(1, deadlineAtMs - world.nowMs())), signal)
    if (signal.aborted) return null
  }
  const { state, code, message } = toConclusion(phase, trace, last?.power ?? null)
  const why = last === null && silence !== undefined ? `${message}: ${textOf(silence)}` : message
  return ended(state, before ?? step.before, last, { code, message: why })
}

async function look(step: ControlStep, phase: Phase, trace: Trace, now: Reading, withLog: boolean, world: StepWorld, signal: AbortSignal): Promise<string | null> {
  if (isAway(now.power.state) && !trace.seenOff && trace.before.state === 'on') {
    trace.seenOff = true
    await world.keepBaseline(step, { reading: trace.before, seenOff: true })
  }
  world.show(toShownPower(phase.command, trace, now.power.state), now.atMs)
  const evidence = toEvidence(phase.goal, trace, now.power)
  const { logMark } = trace.before
  if (!withLog || evidence !== null || logMark === undefined || (phase.goal !== 'restarted' && phase.goal !== 'nothing')) return evidence
  const restartLogged = await world.findRestart(logMark, signal)
  return restartLogged === undefined ? null : toEvidence(phase.goal, trace, { ...now.power, restartLogged })
}

async function read(world: StepWorld, signal: AbortSignal): Promise<Reading> {
  const power = await world.readPower(signal)
  return { power, atMs: world.nowMs() }
}

const codeOf = (error: unknown) => (error instanceof BmcError ? error.kind : 'failed')
const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
