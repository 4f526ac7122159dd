import type { PowerReading } from '#lib/bmc/bmc.ts'
import { isBootAs, toBootText, type BootOrder } from '#lib/domain/boot.ts'
import { toEvidenceText } from '#lib/domain/evidence.ts'
import type { Command } from '#lib/domain/operation.ts'
import type { PowerState } from '#lib/domain/power.ts'
import type { StepTiming } from './step-timing.ts'

/**
 * What a step may conclude from what was read, without clock, network or database. A command goes out once; everything after
 * it is reading, and these functions say what the readings prove.
 */

/** What must be seen before a command counts as done. `nothing`: no state can prove it. */
export type Goal = 'on' | 'off' | 'restarted' | 'nothing' | 'lit' | 'dark' | 'boot' | 'capped' | 'back'

/**
 * One command of a step. `isForce`: sent only where the one before was not obeyed, and passed over where it was. `completes`: the one before
 * has left the node off for this one. `boot`: the override that it sets. `capWatts`: the cap, null for none. `usesUp`: an override that a start would use up.
 */
export type Phase = { command: Command; goal: Goal; deadlineMs: number; isForce: boolean; completes: boolean; boot?: BootOrder; capWatts?: number | null; usesUp?: boolean }

/** How long to wait before the next read: not long while a restart may still show itself, else the usual time. */
export function toPauseMs(phase: Phase, trace: Trace, sinceSentMs: number, timing: StepTiming): number {
  const keen = phase.goal === 'restarted' && !trace.seenOff && sinceSentMs < timing.keenForMs
  return keen ? timing.keenReadEveryMs : timing.readEveryMs
}

const hardRestarts: ReadonlySet<Command> = new Set(['ForceRestart', 'PowerCycle'])

/**
 * Whether looking on is vain: a hard restart acts within seconds of its arrival, and where its packet or answer was lost and the host reads on
 * all the while, most likely nothing arrived. This ends a step only as `unknown`, which promises nothing: what is late would be told wrongly as
 * not applied.
 */
export function isTraceless(phase: Phase, trace: Trace, last: PowerReading, sinceSentMs: number, timing: StepTiming): boolean {
  if (sinceSentMs < timing.tracelessMs || !hardRestarts.has(phase.command) || trace.answer === 'accepted') return false
  return last.state === 'on' && !trace.seenOff && toConclusion(phase, trace, last).state === 'unknown'
}

/** What this command, sent to a node that was so, should bring about. */
export function toGoal(command: Command, before: PowerState): Goal {
  switch (command) {
    case 'On':
      return 'on'
    case 'ForceOff':
    case 'GracefulShutdown':
      return 'off'
    case 'PushPowerButton':
      return before === 'off' ? 'on' : before === 'on' ? 'off' : 'nothing'
    case 'Nmi':
      return 'nothing'
    case 'IndicatorOn':
      return 'lit'
    case 'IndicatorOff':
      return 'dark'
    case 'SetBoot':
      return 'boot'
    case 'SetPowerCap':
    case 'LiftPowerCap':
      return 'capped'
    case 'ResetBmc':
    case 'FullPowerCycle':
      return 'back'
    default:
      return 'restarted'
  }
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
export function toEvidence({ goal, boot, capWatts }: Pick<Phase, 'goal' | 'boot' | 'capWatts'>, trace: Trace, now: PowerReading): string | null {
  switch (goal) {
    case 'on':
    case 'off':
      return now.state === goal ? toEvidenceText(goal) : null
    case 'lit':
      return now.indicator === true ? toEvidenceText('lit') : null
    case 'dark':
      return now.indicator === false ? toEvidenceText('dark') : null
    case 'restarted':
      return now.state === 'on' ? toRestartEvidence(trace, now) : null
    case 'nothing':
      return toRestartEvidence(trace, now)
    case 'back':
      return isChanged(trace.before.bmcStartedAt, now.bmcStartedAt) ? toEvidenceText('bmcStart', { value: now.bmcStartedAt! }) : null
    case 'capped':
      return now.cap !== undefined && now.cap === capWatts ? toCapEvidence(now.cap) : null
    case 'boot':
      return boot !== undefined && now.boot !== undefined && isBootAs(boot, now.boot) ? toEvidenceText(now.boot === null ? 'noOverride' : 'readBack', { value: toBootText(now.boot) }) : null
  }
}

function toRestartEvidence({ before, seenOff }: Trace, now: PowerReading): string | null {
  if (seenOff) return toEvidenceText('seenOff')
  if (isChanged(before.lastResetAt, now.lastResetAt)) return toEvidenceText('resetTime', { value: now.lastResetAt! })
  if (isChanged(before.restartCause, now.restartCause)) return toEvidenceText('restartCause', { value: now.restartCause! })
  if (now.restartLogged !== undefined) return now.restartLogged
  return null
}

/** A value that appears or goes away proves nothing: the BMC may have been slow to say it. */
const isChanged = (before: string | undefined, now: string | undefined) => before !== undefined && now !== undefined && before !== now

/**
 * `isStillOn`: the last reading shows that the node runs as it did, so that a graceful request was not obeyed. A restart that was not
 * seen counts only where a witness would have told of it: what may just have restarted is not reset on top of that.
 */
export type Conclusion = { state: 'not-applied' | 'unknown'; code: string; message: string; isStillOn: boolean }

/** What to say at the deadline, when no evidence has come. `last` is the newest reading since the command, null when there was none. */
export function toConclusion(phase: Phase, trace: Trace, last: PowerReading | null): Conclusion {
  const within = `within ${Math.round(phase.deadlineMs / 1000)} s`
  const reply = replyWords[trace.answer]
  if (last === null) {
    return { state: 'unknown', code: 'no-answer', message: `${reply}, and the BMC has not answered a read since`, isStillOn: false }
  }
  if (phase.goal === 'on' || phase.goal === 'off') return toStateConclusion(phase.goal, last.state, within, reply)
  if (phase.goal === 'lit' || phase.goal === 'dark') return toIndicatorConclusion(phase.goal, last.indicator, within, reply)
  if (phase.goal === 'back') return toBackConclusion(trace, last.bmcStartedAt, reply)
  if (phase.goal === 'capped') return toCapConclusion(last.cap, within, reply)
  if (phase.goal === 'boot') return toBootConclusion(last.boot, within, reply)
  if (phase.goal === 'restarted' && trace.seenOff) {
    return { state: 'not-applied', code: 'not-on-again', message: `it went off and was not on again ${within}: read back ${last.state}`, isStillOn: false }
  }
  if (phase.goal === 'restarted' && last.state === 'off') {
    return { state: 'not-applied', code: 'not-on-again', message: `it is off and was not on again ${within}`, isStillOn: false }
  }
  // Only LastResetTime tells a restart that did not happen from one that left no trace: equal causes may be two restarts of one kind.
  const sameResetTime = trace.before.lastResetAt !== undefined && trace.before.lastResetAt === last.lastResetAt
  const isStillOn = isPowered(last.state) && (sameResetTime || trace.before.logMark !== undefined)
  if (phase.goal === 'restarted' && sameResetTime) {
    return { state: 'not-applied', code: 'not-applied', message: `${reply}, but nothing happened ${within}: it stayed ${last.state} and its last reset time is unchanged`, isStillOn }
  }
  return { state: 'unknown', code: 'no-evidence', message: `${reply}; it reads ${last.state}, and this BMC shows nothing that proves it or rules it out`, isStillOn }
}

/** On, and be it on its way down: a system that hangs in its shutdown is what forcing is for. */
const isPowered = (state: PowerState) => state === 'on' || state === 'poweringOff'

function toStateConclusion(goal: 'on' | 'off', state: PowerState, within: string, reply: string): Conclusion {
  const isStillOn = isPowered(state)
  if (state === 'on' || state === 'off') {
    return { state: 'not-applied', code: 'not-applied', message: `${reply}, but nothing happened: still ${state}, not ${goal} ${within}`, isStillOn }
  }
  return { state: 'unknown', code: 'undecided', message: `${reply}; not ${goal} ${within}, last read as ${state}`, isStillOn }
}

/** A BMC that did not answer the command may have gone and come back before anybody looked. */
function toBackConclusion({ before, answer }: Trace, startedAt: string | undefined, reply: string): Conclusion {
  const isSameStart = before.bmcStartedAt !== undefined && before.bmcStartedAt === startedAt
  if (answer === 'accepted' || isSameStart) return { state: 'not-applied', code: 'not-applied', message: `${reply}, but nothing happened: the BMC did not fall silent`, isStillOn: false }
  return { state: 'unknown', code: 'no-evidence', message: `${reply}; the BMC was not seen silent since, and nothing else tells whether it has started anew`, isStillOn: false }
}

function toBootConclusion(boot: PowerReading['boot'], within: string, reply: string): Conclusion {
  if (boot === undefined) return { state: 'unknown', code: 'no-answer', message: `${reply}; the boot override could not be read back ${within}`, isStillOn: false }
  return { state: 'not-applied', code: 'not-applied', message: `${reply}, but the override is not as asked ${within}: it reads ${toBootText(boot)}`, isStillOn: false }
}

const toCapEvidence = (watts: number | null) => (watts === null ? toEvidenceText('uncapped') : toEvidenceText('capped', { watts }))
const toCapText = (watts: number | null) => (watts === null ? 'no power cap' : `capped at ${watts} W`)

function toCapConclusion(cap: PowerReading['cap'], within: string, reply: string): Conclusion {
  if (cap === undefined) return { state: 'unknown', code: 'no-answer', message: `${reply}; the power cap could not be read back ${within}`, isStillOn: false }
  return { state: 'not-applied', code: 'not-applied', message: `${reply}, but nothing happened ${within}: it reads ${toCapText(cap)}`, isStillOn: false }
}

function toIndicatorConclusion(goal: 'lit' | 'dark', lit: boolean | undefined, within: string, reply: string): Conclusion {
  if (lit === undefined) return { state: 'unknown', code: 'no-evidence', message: `${reply}; this BMC does not say whether the light is on`, isStillOn: false }
  return { state: 'not-applied', code: 'not-applied', message: `${reply}, but the light was not ${goal} ${within}`, isStillOn: false }
}

const replyWords: Record<Trace['answer'], string> = {
  accepted: 'the BMC accepted the command',
  'reply-lost': 'the reply to the command was lost',
  'not-known': 'the conductor restarted after the command was recorded as sent',
}

/** What the fleet shows while a step runs: the way it is on, until a read says otherwise. */
export function toShownPower({ command, goal }: Phase, trace: Trace, read: PowerState): PowerState {
  if (read === 'unknown' || read === 'poweringOn' || read === 'poweringOff') return read
  if (goal === 'on') return read === 'on' ? 'on' : 'poweringOn'
  if (goal === 'off') return read === 'off' ? 'off' : 'poweringOff'
  if (goal === 'restarted' && read === 'off') return 'poweringOn'
  if (goal === 'restarted' && !trace.seenOff && command !== 'ForceRestart') return 'poweringOff'
  return read
}
