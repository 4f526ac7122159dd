import type { FanControl, FanMode, FanOrder, FanReading } from '#lib/domain/fan.ts'
import { toLevel } from '#lib/domain/fan-curve.ts'
import { because, fanTiming, isConsented, isHeld, toDuties, toLetGoOrder, toPolicyObjection, toUnverified, waitsForAPerson, type FanBecause, type FanConsent, type FanPolicy, type FanState, type HeldPolicy } from '#lib/domain/fan-policy.ts'
import { sayFan } from '#lib/domain/fan-words.ts'
import type { Why } from '#lib/domain/reason.ts'
import { crossed, type Sensor } from '#lib/domain/sensor.ts'

/**
 * What a conductor does next for one node's fans: pure, as `step-machine`. Times are milliseconds of one clock that never jumps. The dead man's
 * handle is here: a duty is ours only while its temperatures are fresh and below their limits.
 */

/** The policy as the database has it. `version` grows when somebody asks; `doneVersion` is the newest that was begun. */
export type FanTask = {
  policy: FanPolicy
  version: number
  doneVersion: number
  consent: FanConsent | null
  state: FanState
  reason: FanBecause | null
  /** The BMC may be at what one of us told it: committed before the packet left. */
  holding: boolean
}

/** What this conductor knows by itself. */
export type FanHand = {
  /** When it began to look after this version. */
  sinceMs: number
  seen: ReadonlyMap<string, { celsius: number; atMs: number; name: string }>
  /** A sensor beyond the critical threshold that the BMC itself states. */
  critical: Why | null
  levelC: number | null
  /** The host is off: its processors have no temperature, and its fans nothing to do. */
  isOff: boolean
  /** The last order of ours that was taken. */
  last: { order: FanOrder; atMs: number } | null
  /** The last look at the fans, or the last try. */
  looked: { atMs: number; isRead: boolean }
  /** The last look showed another mode than ours. */
  isLeft: boolean
  failures: { count: number; atMs: number }
}

export const startHand = (nowMs: number): FanHand => ({
  sinceMs: nowMs,
  seen: new Map(),
  critical: null,
  levelC: null,
  isOff: false,
  last: null,
  looked: { atMs: -Infinity, isRead: true },
  isLeft: false,
  failures: { count: 0, atMs: 0 },
})

/** `takesUp`: its intent is committed with an audit row first; what only goes on was committed then. */
export type FanMove =
  | { do: 'nothing'; untilMs: number; wait?: FanBecause }
  | { do: 'look' }
  | { do: 'send'; order: FanOrder; takesUp: boolean; why: 'asked' | 'duty' | 'again' | 'left'; levelC: number | null }
  | { do: 'let-go'; order: FanOrder; reason: FanBecause }
  | { do: 'give-up'; reason: FanBecause }

const lostMs = fanTiming.lostAfterSeconds * 1000
/** Less than is promised, for the packets take their time. */
export const takeUpMs = fanTiming.takeUpSeconds * 1000 - 1_500
const lookEveryMs = fanTiming.temperatureSeconds * 1000
/** Where the BMC steers, it is only seen to that its mode is the one that was asked for. */
const seldomMs = 60_000
const lookAgainMs = 5_000
const shortestGapMs = 2_000
const longestGapMs = 30_000

/** When to try again after so many failures in a row. */
const retryAtMs = ({ failures: { count, atMs } }: FanHand) => (count === 0 ? 0 : atMs + Math.min(longestGapMs, shortestGapMs * 2 ** (count - 1)))

/** The fans as they were read, with the temperatures beside. `atMs`: when the reading began, so that none counts as younger than it is. */
export function seeFans(hand: FanHand, reading: FanReading, atMs: number): FanHand {
  const seen = new Map(hand.seen)
  for (const { key, name, celsius } of reading.temperatures) if (celsius !== null) seen.set(key, { celsius, atMs, name })
  return { ...hand, seen, looked: { atMs, isRead: true } }
}

/** Whether a BMC that reads as in this mode has left by itself what it was told. */
export function hasLeft(mode: FanMode, { policy, state }: Pick<FanTask, 'policy' | 'state'>, control: FanControl): boolean {
  if (policy.kind === 'automatic' || (state !== 'held' && state !== 'set')) return false
  if (policy.kind === 'mode') return mode.id !== policy.mode
  // One that goes on steering above a least duty (iLO) has no manual mode that it could leave.
  return state === 'held' && mode.kind === 'automatic' && control.modes.some(({ kind }) => kind === 'manual')
}

/** A sweep of all sensors: whether any is beyond what the BMC itself calls critical. */
export function seeSensors(hand: FanHand, sensors: readonly Sensor[]): FanHand {
  const found = sensors.flatMap((sensor) => {
    const reason = sensor.kind === 'temperature' ? crossed(sensor) : null
    return reason?.level === 'critical' && reason.code.startsWith('above') ? [sayFan('fan-critical', { name: sensor.name, reading: sensor.reading ?? '', limit: reason.limit ?? '' })] : []
  })
  return { ...hand, critical: found[0] ?? null }
}

/** `hindrance`: why these fans cannot be told anything at all. */
export function toFanMove(task: FanTask, hand: FanHand, control: FanControl | null, hindrance: FanBecause, nowMs: number): FanMove {
  const { policy } = task
  const isDone = task.doneVersion === task.version
  if (isDone && !task.holding && (policy.kind === 'automatic' || (task.reason !== null && waitsForAPerson(task.reason.code)))) return { do: 'nothing', untilMs: Infinity }
  if (retryAtMs(hand) > nowMs) return { do: 'nothing', untilMs: retryAtMs(hand) }
  if (control === null) return { do: 'give-up', reason: hindrance }
  // Not even to let go: nobody has read what would be sent.
  if (!isConsented(control, task.consent)) return { do: 'give-up', reason: because('unverified', sayFan('fan-not-consented', { name: control.name })) }
  const objection = toPolicyObjection(policy, control)
  if (objection !== null) return letGo(task, control, because('impossible', objection))
  if (policy.kind === 'automatic') return { do: 'send', order: { kind: 'automatic', ...toUnverified(control) }, takesUp: true, why: 'asked', levelC: null }
  if (isHeld(policy)) return toHeldMove({ ...task, policy }, hand, control, nowMs)
  const order: FanOrder = { kind: 'mode', mode: policy.mode, ...toUnverified(control) }
  if (!isDone || task.state === 'waiting') return { do: 'send', order, takesUp: true, why: 'asked', levelC: null }
  return goOn(hand, order, control, null, seldomMs, nowMs)
}

/** Lets go where something is held, and writes down why where nothing is. */
function letGo(task: FanTask, control: FanControl, reason: FanBecause): FanMove {
  if (task.holding && task.state !== 'released') return { do: 'let-go', order: toLetGoOrder(isHeld(task.policy) ? task.policy.letGo : 'automatic', control), reason }
  if (task.state !== 'released' && waitsForAPerson(reason.code)) return { do: 'give-up', reason }
  return { do: 'nothing', untilMs: Infinity, wait: reason }
}

function toHeldMove(task: FanTask & { policy: HeldPolicy }, hand: FanHand, control: FanControl, nowMs: number): FanMove {
  const isDone = task.doneVersion === task.version
  if (isDone && task.reason !== null && waitsForAPerson(task.reason.code)) return letGo(task, control, task.reason)
  if (hand.isOff) return letGo(task, control, because('off', sayFan('fan-node-off')))
  const sight = toSight(task.policy, hand, nowMs)
  if ('missing' in sight) return toBlindMove(task, hand, control, because('lost-temperature', sight.missing), nowMs)
  if (sight.tooHot !== null) return letGo({ ...task, state: isDone ? task.state : 'waiting' }, control, because('too-hot', sight.tooHot))
  const levelC = task.policy.kind === 'curve' ? toLevel(hand.levelC, sight.hottestC, task.policy.hysteresisC) : null
  const order: FanOrder = { kind: 'duty', duties: toDuties(task.policy, levelC ?? sight.hottestC, control.floorPercent), ...toUnverified(control) }
  if (!isDone || task.state !== 'held' || hand.last === null) return { do: 'send', order, takesUp: true, why: 'asked', levelC }
  const move = goOn(hand, order, control, levelC, lookEveryMs, nowMs)
  return move.do === 'nothing' ? { ...move, untilMs: Math.min(move.untilMs, sight.lostAtMs) } : move
}

/** Without a temperature nothing is held. What another conductor left is given the time that was promised: it is being read at this moment. */
function toBlindMove(task: FanTask & { policy: HeldPolicy }, hand: FanHand, control: FanControl, reason: FanBecause, nowMs: number): FanMove {
  const isOurs = task.holding && task.state !== 'released'
  const endMs = hand.last === null ? hand.sinceMs + takeUpMs : -Infinity
  if (isOurs && endMs <= nowMs) return letGo(task, control, reason)
  const lookMs = toLookMs(hand, lookEveryMs)
  if (lookMs <= nowMs) return { do: 'look' }
  return isOurs ? { do: 'nothing', untilMs: Math.min(lookMs, endMs) } : { do: 'nothing', untilMs: lookMs, wait: reason }
}

const toLookMs = ({ looked: { atMs, isRead } }: FanHand, everyMs: number) => atMs + (isRead ? everyMs : Math.min(everyMs, lookAgainMs))

/** An order that stands already: sent again where it differs from the last, where the mode was left, and as often as the profile says. */
function goOn(hand: FanHand, order: FanOrder, control: FanControl, levelC: number | null, everyMs: number, nowMs: number): FanMove {
  const send = (why: 'duty' | 'again' | 'left'): FanMove => ({ do: 'send', order, takesUp: false, why, levelC })
  if (hand.isLeft) return send('left')
  const againAtMs = control.reassertSeconds === null || !isRepeated(order, control) ? Infinity : (hand.last?.atMs ?? -Infinity) + control.reassertSeconds * 1000
  if (againAtMs <= nowMs) return send('again')
  const isOther = hand.last !== null && JSON.stringify(hand.last.order) !== JSON.stringify(order)
  const mayChangeAtMs = (hand.last?.atMs ?? 0) + Math.max(shortestGapMs, control.settleMs.duty)
  if (isOther && mayChangeAtMs <= nowMs) return send('duty')
  const lookMs = toLookMs(hand, everyMs)
  if (lookMs <= nowMs) return { do: 'look' }
  return { do: 'nothing', untilMs: Math.min(lookMs, againAtMs, isOther ? mayChangeAtMs : Infinity) }
}

/** What repeats a duty before it expires is not for a mode, and one that a resource of Redfish holds stands there to be read until it is left. */
const isRepeated = (order: FanOrder, { via, guarantee }: FanControl) => order.kind === 'duty' || (via === 'ipmi' && guarantee.kind !== 'expires')

type Sight = { missing: Why } | { hottestC: number; tooHot: Why | null; lostAtMs: number }

function toSight(policy: HeldPolicy, hand: FanHand, nowMs: number): Sight {
  let hottest = { celsius: -Infinity, name: '' }
  let lostAtMs = Infinity
  for (const key of policy.sensors) {
    const seen = hand.seen.get(key)
    if (seen === undefined) return { missing: sayFan('fan-unread', { name: key }) }
    if (nowMs - seen.atMs >= lostMs) return { missing: sayFan('fan-lost', { name: seen.name, seconds: Math.round((nowMs - seen.atMs) / 1000) }) }
    lostAtMs = Math.min(lostAtMs, seen.atMs + lostMs)
    if (seen.celsius > hottest.celsius) hottest = seen
  }
  const over = hottest.celsius >= policy.limitC ? sayFan('fan-hot', { name: hottest.name, reading: hottest.celsius, limit: policy.limitC }) : null
  return { hottestC: hottest.celsius, tooHot: over ?? hand.critical, lostAtMs }
}
