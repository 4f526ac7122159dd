import type { PowerReading } from '#lib/bmc/bmc.ts'
import type { ControlAction } from '#lib/domain/operation.ts'
import { isDisruptive, stateAfter } from '#lib/domain/reset-rules.ts'
import type { PowerState, ResetType } from '#lib/domain/power.ts'

/**
 * What a step may conclude from what was read, without clock, network or database. A command goes out once; everything after
 * it is reading, and these functions say what the readings prove.
 */

/** What must be seen before a command counts as done. `nothing`: no state can prove it. */
export type Goal = 'on' | 'off' | 'restarted' | 'nothing' | 'lit' | 'dark'

export type Phase = { command: ControlAction; goal: Goal; deadlineMs: number }

export type StepTiming = {
  /** Between two reads while a step runs. */
  readEveryMs: number
  /** Between two reads in the first seconds of a restart: some BMCs show `off` for little more than a second, and nothing else proves it. */
  keenReadEveryMs: number
  keenForMs: number
  /** Between the phases of a composed reset: capacitors empty, and a drive that is off for less does not notice. */
  pauseMs: number
  deadlineMs: Record<ControlAction, number>
}

const minute = 60_000

export const usualTiming: StepTiming = {
  readEveryMs: 1_500,
  keenReadEveryMs: 250,
  keenForMs: 10_000,
  pauseMs: 10_000,
  deadlineMs: {
    On: 1.5 * minute,
    ForceOff: minute,
    GracefulShutdown: 5 * minute,
    GracefulRestart: 5 * minute,
    ForceRestart: 1.5 * minute,
    PowerCycle: 1.5 * minute,
    Nmi: 15_000,
    IndicatorOn: 15_000,
    IndicatorOff: 15_000,
  },
}

/** How long to wait before the next read: not long while a restart may still show itself, else the usual time. */
export function toPauseMs(phase: Phase, trace: Trace, sinceSentMs: number, timing: StepTiming): number {
  const keen = phase.goal === 'restarted' && !trace.seenOff && sinceSentMs < timing.keenForMs
  return keen ? timing.keenReadEveryMs : timing.readEveryMs
}

export function toGoal(command: ControlAction): Goal {
  switch (command) {
    case 'On':
      return 'on'
    case 'ForceOff':
    case 'GracefulShutdown':
      return 'off'
    case 'Nmi':
      return 'nothing'
    case 'IndicatorOn':
      return 'lit'
    case 'IndicatorOff':
      return 'dark'
    default:
      return 'restarted'
  }
}

/** The commands of a plan as phases, each with what must be seen before the next may go out. */
export function toPhases(commands: readonly ControlAction[], timing: StepTiming): Phase[] {
  return commands.map((command) => ({ command, goal: toGoal(command), deadlineMs: timing.deadlineMs[command] }))
}

export type Refusal = { code: string; message: string }

/** Whether there is anything to send, by the state read just before. `done` needs no command; `refused` would be pointless or harmful. */
export function toFirstMove(action: ControlAction, before: PowerReading): { kind: 'send' } | { kind: 'done'; evidence: string } | ({ kind: 'refused' } & Refusal) {
  if (action === 'IndicatorOn' || action === 'IndicatorOff') {
    const wanted = action === 'IndicatorOn'
    return before.indicator === wanted ? { kind: 'done', evidence: `already ${wanted ? 'lit' : 'dark'}, nothing sent` } : { kind: 'send' }
  }
  if (isInState(before.state, action)) return { kind: 'done', evidence: `already ${before.state}, nothing sent` }
  if (before.state === 'off' && isDisruptive(action)) {
    return { kind: 'refused', code: 'is-off', message: `the node is off, so ${action} has nothing to act on: switch it on instead` }
  }
  return { kind: 'send' }
}

function isInState(state: PowerState, action: ResetType): boolean {
  if (action === 'On') return state === 'on'
  return stateAfter(action) === 'off' && state === 'off'
}

/** What a running phase remembers. `before` was read before the command left; `seenOff` survives a restart of the conductor. */
export type Trace = {
  before: PowerReading
  seenOff: boolean
  answer: 'accepted' | 'reply-lost' | 'not-known'
}

/** Away from `on` after the command left: only a power change does that. */
export const isAway = (state: PowerState) => state === 'off' || state === 'poweringOn'

/** What proves that the goal is reached, or null while it does not show yet. */
export function toEvidence(goal: Goal, trace: Trace, now: PowerReading): string | null {
  switch (goal) {
    case 'on':
    case 'off':
      return now.state === goal ? `read back ${goal}` : null
    case 'lit':
      return now.indicator === true ? 'read back lit' : null
    case 'dark':
      return now.indicator === false ? 'read back dark' : null
    case 'restarted':
      return now.state === 'on' ? toRestartEvidence(trace, now) : null
    case 'nothing':
      return toRestartEvidence(trace, now)
  }
}

function toRestartEvidence({ before, seenOff }: Trace, now: PowerReading): string | null {
  if (seenOff) return 'seen off, then on'
  if (isChanged(before.lastResetAt, now.lastResetAt)) return `last reset time changed to ${now.lastResetAt}`
  if (isChanged(before.restartCause, now.restartCause)) return `restart cause changed to ${now.restartCause}`
  if (now.restartLogged !== undefined) return now.restartLogged
  return null
}

/** A value that appears or goes away proves nothing: the BMC may have been slow to say it. */
const isChanged = (before: string | undefined, now: string | undefined) => before !== undefined && now !== undefined && before !== now

export type Conclusion = { state: 'not-applied' | 'unknown'; code: string; message: string }

/** What to say at the deadline, when no evidence has come. `last` is the newest reading since the command, null when there was none. */
export function toConclusion(phase: Phase, trace: Trace, last: PowerReading | null): Conclusion {
  const within = `within ${Math.round(phase.deadlineMs / 1000)} s`
  const reply = replyWords[trace.answer]
  if (last === null) {
    return { state: 'unknown', code: 'no-answer', message: `${reply}, and the BMC has not answered a read since` }
  }
  if (phase.goal === 'on' || phase.goal === 'off') return toStateConclusion(phase.goal, last.state, within, reply)
  if (phase.goal === 'lit' || phase.goal === 'dark') return toIndicatorConclusion(phase.goal, last.indicator, within, reply)
  if (phase.goal === 'restarted' && trace.seenOff) {
    return { state: 'not-applied', code: 'not-on-again', message: `it went off and was not on again ${within}: read back ${last.state}` }
  }
  if (phase.goal === 'restarted' && last.state === 'off') {
    return { state: 'not-applied', code: 'not-on-again', message: `it is off and was not on again ${within}` }
  }
  // Only LastResetTime tells a restart that did not happen from one that left no trace: equal causes may be two restarts of one kind.
  const sameResetTime = trace.before.lastResetAt !== undefined && trace.before.lastResetAt === last.lastResetAt
  if (phase.goal === 'restarted' && sameResetTime) {
    return { state: 'not-applied', code: 'not-applied', message: `${reply}, but nothing happened ${within}: it stayed ${last.state} and its last reset time is unchanged` }
  }
  return { state: 'unknown', code: 'no-evidence', message: `${reply}; it reads ${last.state}, and this BMC shows nothing that proves it or rules it out` }
}

function toStateConclusion(goal: 'on' | 'off', state: PowerState, within: string, reply: string): Conclusion {
  if (state === 'on' || state === 'off') {
    return { state: 'not-applied', code: 'not-applied', message: `${reply}, but nothing happened: still ${state}, not ${goal} ${within}` }
  }
  return { state: 'unknown', code: 'undecided', message: `${reply}; not ${goal} ${within}, last read as ${state}` }
}

function toIndicatorConclusion(goal: 'lit' | 'dark', lit: boolean | undefined, within: string, reply: string): Conclusion {
  if (lit === undefined) return { state: 'unknown', code: 'no-evidence', message: `${reply}; this BMC does not say whether the light is on` }
  return { state: 'not-applied', code: 'not-applied', message: `${reply}, but the light was not ${goal} ${within}` }
}

const replyWords: Record<Trace['answer'], string> = {
  accepted: 'the BMC accepted the command',
  'reply-lost': 'the reply to the command was lost',
  'not-known': 'the conductor restarted after the command was recorded as sent',
}

/** What the fleet shows while a step runs: the way it is on, until a read says otherwise. */
export function toShownPower(command: ControlAction, trace: Trace, read: PowerState): PowerState {
  const goal = toGoal(command)
  if (read === 'unknown' || read === 'poweringOn' || read === 'poweringOff') return read
  if (goal === 'on') return read === 'on' ? 'on' : 'poweringOn'
  if (goal === 'off') return read === 'off' ? 'off' : 'poweringOff'
  if (goal === 'restarted' && read === 'off') return 'poweringOn'
  if (goal === 'restarted' && !trace.seenOff && command !== 'ForceRestart') return 'poweringOff'
  return read
}
