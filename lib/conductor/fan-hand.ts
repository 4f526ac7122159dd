import type { SensorSweep } from '#lib/bmc/bmc.ts'
import { BmcError } from '#lib/bmc/errors.ts'
import { isAway } from '#lib/db/away.ts'
import { writeFanStanding, type FanStanding, type FanWork } from '#lib/db/fan-policies.ts'
import type { OwnedNode } from '#lib/db/leases.ts'
import type { AuditEntry } from '#lib/domain/audit.ts'
import { toControl, type FanControl, type FanOrder, type FanReading } from '#lib/domain/fan.ts'
import { because as sayBecause, isConsented, isHeld, isNews, toSwitchOrders, type FanBecause, type FanReason } from '#lib/domain/fan-policy.ts'
import { sayFan } from '#lib/domain/fan-words.ts'
import type { HealthReason } from '#lib/domain/health.ts'
import type { Why } from '#lib/domain/reason.ts'
import { ourSource } from '#lib/domain/log-source.ts'
import type { Conversation } from './conversation.ts'
import { inTime, letGoAtEnd } from './fan-end.ts'
import { hasLeft, seeFans, seeSensors, startHand, takeUpMs, toFanMove, type FanMove } from './fan-machine.ts'
import { begin, dutiesOf, ownerOf, standingOf, tell, toFanEntry, toReason, type Told } from './fan-orders.ts'
import type { World } from './world.ts'

/**
 * One node's fans in the hand of its conductor: what somebody asked for is told to the BMC, told again as its profile says, and let go of when
 * a temperature is lost, a limit is passed or this conductor stops. See docs/decisions/fans.md.
 */
export type FanHand = {
  /** The policy as the database had it at `readAtMs`; undefined when there is nothing to do. */
  offer: (work: FanWork | undefined, readAtMs: number) => void
  /** A sweep of the sensors, which tells what is critical. */
  see: (sweep: SensorSweep) => void
  setOff: (isOff: boolean) => void
  /** Another address or password: what is known of the BMC is forgotten, and what is held is found anew. */
  forget: () => void
  /** It is time to look at the fans for their page. */
  isLookDue: () => boolean
  /** Looks at the fans for their page, where it is still time to. */
  lookNow: (signal: AbortSignal) => Promise<void>
  /** What is to be shown as the node's health beside what its BMC says. */
  reasons: () => HealthReason[]
  /** Lets go of what is held, once, within seconds. */
  stop: () => Promise<void>
}

/** The node's agent, as its fans see it. */
export type FanHost = {
  node: () => OwnedNode
  conversation: () => Conversation | BmcError
  isCommanding: () => boolean
  keepReading: (reading: FanReading) => void
  /** The BMC refuses the command itself: remembered with what it can do. */
  keepRefusal: (text: string) => Promise<void>
}

const lookLimitMs = 40_000
const pageEveryMs = 120_000
const standingEveryMs = 20_000
const commandPauseMs = 500

export function createFanHand(world: World, host: FanHost): FanHand {
  let work: FanWork | undefined
  let hand = startHand(performance.now())
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let isWoken = false
  let isStopped = false
  let writtenAtMs = 0
  /** The intent of the newest order has no outcome in the audit yet. */
  let isUnsettled = false
  const asked = new AbortController()

  const fansOf = () => host.node().capabilities?.fans
  const control = () => toControl(fansOf())

  function wake(): void {
    if (isStopped) return
    clearTimeout(timer)
    if (running !== undefined) return void (isWoken = true)
    isWoken = false
    running = turn()
      .catch((error: unknown) => {
        if (!isAway(error)) world.complain(`${host.node().name}: fans: ${error instanceof Error ? error.message : String(error)}`)
        return performance.now() + 2_000
      })
      .then((untilMs) => {
        running = undefined
        if (isStopped) return
        if (isWoken) return wake()
        if (untilMs !== Infinity) timer = setTimeout(wake, Math.min(Math.max(20, untilMs - performance.now()), 3_600_000))
      })
  }

  /** Does what is to be done now, and gives when to look again. */
  async function turn(): Promise<number> {
    for (let done = 0; done < 8; done++) {
      if (work === undefined || isStopped || world.signal.aborted) return Infinity
      const hindrance = toHindrance(fansOf())
      const move = toFanMove(work, hand, control(), hindrance, performance.now())
      if (move.do === 'nothing') {
        if (move.wait !== undefined) await standWaiting(move.wait)
        return move.untilMs
      }
      if (move.do === 'give-up' && work.state === 'failed' && work.reason?.code === move.reason.code) return performance.now() + 30_000
      if (move.do !== 'let-go' && move.do !== 'give-up' && host.isCommanding()) return performance.now() + commandPauseMs
      await act(move, work)
    }
    return performance.now() + commandPauseMs
  }

  async function act(move: Exclude<FanMove, { do: 'nothing' }>, now: FanWork): Promise<void> {
    if (move.do === 'look') return look()
    if (move.do === 'give-up') return giveUp(now, move.reason)
    if (move.do === 'let-go') return letGo(now, move)
    return send(now, move)
  }

  async function send(now: FanWork, { order, takesUp, levelC }: Extract<FanMove, { do: 'send' }>): Promise<void> {
    const fans = control()!
    const target = now.policy.kind
    if (takesUp && !isUnsettled) {
      const isOurs = now.doneVersion === now.version
      const begun = await begin(now, order, fans, { target, detail: { policy: now.policy, ...(isOurs && now.holding ? { found: now.state } : {}) }, isOurs }, host, world)
      if (begun === 'not-ours') return void (work = undefined)
      if (begun !== 'committed') return giveUp(now, begun.refused)
      now = renew({ ...now, doneVersion: now.version, holding: now.holding || order.kind === 'duty', asserts: 0 })
      isUnsettled = true
    }
    if (world.signal.aborted || isStopped) return
    const told = await tellInTurn([...(takesUp ? toSwitchOrders(now.policy, fans) : []), order], fans)
    if (isStopped || work === undefined) return
    if (told.kind !== 'taken') return fail(now, told, target)
    hand = { ...hand, last: { order, atMs: performance.now() }, levelC, isLeft: false, failures: { count: 0, atMs: 0 } }
    const duties = dutiesOf(order)
    const holding = duties !== null
    const next: FanStanding = { state: holding ? 'held' : 'set', reason: null, holding, duties, asserts: now.asserts + 1, assertedAt: new Date() }
    const audit = isUnsettled ? toFanEntry(now, 'ok', target, { order, ...(holding ? {} : { sends: now.asserts + 1, heldSince: now.heldSince }) }) : null
    const isDue = audit !== null || now.reason !== null || performance.now() - writtenAtMs > standingEveryMs || JSON.stringify(duties) !== JSON.stringify(now.duties)
    if (isDue) await stand(now, next, audit)
    // Not by `renew`: what was counted is written with the next that is due.
    else work = { ...now, asserts: next.asserts, assertedAt: next.assertedAt }
    if (takesUp) await look()
  }

  /** One after the other, until one of them is not taken. */
  async function tellInTurn(orders: readonly FanOrder[], fans: FanControl): Promise<Told> {
    let told: Told = { kind: 'taken' }
    for (const order of orders) {
      if (told.kind !== 'taken' || isStopped) return told
      told = await tell(order, fans, host, AbortSignal.any([world.signal, asked.signal]))
    }
    return told
  }

  /** What was told did not arrive, or was refused. What may stand at the BMC all the same is still ours to let go. */
  async function fail(now: FanWork, told: Exclude<Told, { kind: 'taken' }>, target: string): Promise<void> {
    hand = { ...hand, failures: { count: hand.failures.count + 1, atMs: performance.now() } }
    if (told.kind === 'unsupported') await host.keepRefusal(told.text)
    const isFinal = told.kind === 'refused' || told.kind === 'unsupported'
    const reason = toReason({ code: isFinal ? 'refused' : 'unreachable', text: told.text })
    if (!isFinal && work?.reason?.code === 'unreachable') return
    const audit = isUnsettled ? toFanEntry(now, isFinal ? 'failed' : 'unknown', target, { error: told.text }) : null
    const state = isFinal ? 'failed' : now.state
    // Of a refused first order nothing stands: the mode command comes first.
    const holding = now.holding && !(told.kind === 'unsupported' && now.state !== 'held')
    await stand(now, { ...standingOf(now), state, reason, holding }, audit, isFinal || now.state === 'held' ? reason : null)
    if (!isFinal) isUnsettled = true
  }

  async function giveUp(now: FanWork, because: FanBecause): Promise<void> {
    const { code, text } = because
    const reason = toReason(because)
    const isRefusal = code === 'protected' || code === 'forbidden' || code === 'unverified'
    const audit = toFanEntry(now, isRefusal ? 'refused' : 'failed', now.policy.kind, { code, error: text })
    await stand({ ...now, doneVersion: now.version }, { ...standingOf(now), state: 'failed', reason }, audit, now.holding ? reason : null)
  }

  async function letGo(now: FanWork, { order, reason: why }: Extract<FanMove, { do: 'let-go' }>): Promise<void> {
    const fans = control()!
    const { code, text } = why
    const reason = toReason(why)
    if (!isUnsettled) {
      const begun = await begin(now, order, fans, { target: 'let-go', detail: { because: code, text, sends: now.asserts, heldSince: now.heldSince }, isOurs: true }, host, world)
      if (begun !== 'committed') return void (work = undefined)
      now = renew({ ...now, doneVersion: now.version })
      isUnsettled = true
    }
    const told = await tell(order, fans, host, AbortSignal.any([world.signal, asked.signal]))
    if (isStopped) return
    if (told.kind !== 'taken') {
      hand = { ...hand, failures: { count: hand.failures.count + 1, atMs: performance.now() } }
      const failed = toReason({ code: told.kind === 'refused' || told.kind === 'unsupported' ? 'refused' : 'unreachable', text: `${text}; and letting go failed: ${told.text}` })
      if (now.reason?.code !== failed.code) await stand(now, { ...standingOf(now), reason: failed }, null, failed)
      return
    }
    hand = { ...hand, last: null, levelC: null, failures: { count: 0, atMs: 0 } }
    const duties = dutiesOf(order)
    const audit = toFanEntry(now, 'ok', 'let-go', { because: code, order }, true)
    await stand(now, { ...standingOf(now), state: 'released', reason, holding: duties !== null, duties }, audit, isNews(code) ? reason : null)
    await look()
  }

  /** What is asked cannot begin yet; said once. */
  async function standWaiting(wait: FanBecause): Promise<void> {
    if (work === undefined || work.reason?.code === wait.code) return
    if (work.state === 'waiting' || work.state === 'released') await stand(work, { ...standingOf(work), reason: toReason(wait) }, null)
  }

  /** Reads fans and temperatures, for the handle and for the page; and whether the mode is still ours. */
  async function look(): Promise<void> {
    const fans = control()
    const startedAtMs = performance.now()
    hand = { ...hand, looked: { atMs: startedAtMs, isRead: false } }
    const now = toListener(fans)
    if (fans === null || now === undefined) return
    const signal = AbortSignal.any([world.signal, asked.signal, AbortSignal.timeout(Math.max(500, Math.round(toLookLimitMs(startedAtMs))))])
    const reading = await read(now, fans, signal)
    if (reading === null) return
    hand = seeFans(hand, reading, startedAtMs)
    const mode = fans.modes.find(({ id }) => id === reading.mode)
    if (mode === undefined || work === undefined || work.doneVersion !== work.version) return
    hand = { ...hand, isLeft: hasLeft(mode, work, fans) }
  }

  /** The conversation over which these fans can be spoken of now. */
  function toListener(fans: FanControl | null): Conversation | undefined {
    const now = host.conversation()
    return fans === null || now instanceof BmcError || !now.usable(performance.now()).includes(fans.via) ? undefined : now
  }

  async function read(now: Conversation, fans: FanControl, signal: AbortSignal): Promise<FanReading | null> {
    const reading = await now.readAside(fans.via, (bmc) => bmc.readFans(signal, toTrusted(fans)), signal).catch(() => null)
    if (reading !== null) host.keepReading(reading)
    return reading
  }

  const isLookDue = () => control() !== null && !isStopped && running === undefined && performance.now() - hand.looked.atMs >= pageEveryMs

  const toTrusted = (fans: FanControl) => (fans.grade === 'C' && isConsented(fans, work?.consent ?? null) ? fans.profile : undefined)

  /** What another conductor left is not waited for longer than was promised. */
  const toLookLimitMs = (nowMs: number) => (work?.holding === true && hand.last === null && work.state !== 'released' ? hand.sinceMs + takeUpMs - nowMs : lookLimitMs)

  function renew(next: FanWork): FanWork {
    writtenAtMs = performance.now()
    return (work = next)
  }

  async function stand(now: FanWork, standing: FanStanding, audit: AuditEntry | null, news: FanReason | null = null): Promise<void> {
    const entry = news === null ? null : toNewsEntry(news)
    if (!(await writeFanStanding(world.db, now, ownerOf(host, world), standing, { audit, entry }))) return void (work = undefined)
    if (audit !== null) isUnsettled = false
    if (work !== undefined) renew({ ...work, ...standing, doneVersion: now.doneVersion })
  }

  return {
    offer(next, readAtMs) {
      if (next !== undefined && readAtMs < writtenAtMs && next.version === work?.version) return
      const isOther = next?.version !== work?.version
      work = next
      if (next === undefined) return
      if (isOther) {
        hand = { ...startHand(performance.now()), critical: hand.critical, isOff: hand.isOff }
        isUnsettled = false
      }
      wake()
    },
    see(sweep) {
      const was = hand.critical
      hand = seeSensors(hand, sweep.sensors)
      if (work !== undefined && hand.critical !== was) wake()
    },
    forget() {
      hand = startHand(performance.now())
      if (work !== undefined) wake()
    },
    setOff(isOff) {
      if (hand.isOff === isOff) return
      hand = { ...hand, isOff }
      if (work !== undefined) wake()
    },
    isLookDue,
    async lookNow(signal) {
      const fans = control()
      const now = toListener(fans)
      if (fans === null || now === undefined || !isLookDue()) return
      hand = { ...hand, looked: { atMs: performance.now(), isRead: hand.looked.isRead } }
      await read(now, fans, signal)
    },
    reasons() {
      if (work?.reason == null || !isNews(work.reason.code) || (work.state !== 'released' && !(work.state === 'held' || work.holding))) return []
      return [{ level: 'warning', code: 'reported', part: 'Fans', text: `let go of by Baseboard: ${work.reason.text}` }]
    },
    async stop() {
      isStopped = true
      clearTimeout(timer)
      asked.abort()
      if (running !== undefined) await inTime<unknown>(running, 1_000, 'late')
      const fans = control()
      if (work === undefined || !work.holding || !isHeld(work.policy) || fans === null || !isConsented(fans, work.consent) || work.state === 'released') return
      await letGoAtEnd(work, work.policy, fans, host, world)
    },
  }
}

/** Why these fans cannot be told anything: what the probe said of them, where it said something. */
const toHindrance = (fans: { reason?: string | undefined; why?: Why[] | undefined } | undefined): FanBecause =>
  fans?.reason === undefined ? sayBecause('impossible', sayFan('fan-unknown')) : { code: 'impossible', text: fans.reason, ...(fans.why === undefined ? {} : { why: fans.why }) }

const toNewsEntry = ({ code, text, at }: FanReason) => ({ key: `${ourSource}/${at}/fans/${code}`, source: ourSource, sourceId: '', at, level: 'warning' as const, text: `Fans are not as was asked: ${text}`.slice(0, 500), sensor: 'Fans' })
