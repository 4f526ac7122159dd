import { within } from '#lib/bmc/within.ts'
import { writeFanStanding, type FanWork } from '#lib/db/fan-policies.ts'
import type { FanControl } from '#lib/domain/fan.ts'
import { because, toLetGoOrder, type HeldPolicy } from '#lib/domain/fan-policy.ts'
import { sayFan } from '#lib/domain/fan-words.ts'
import type { FanHost } from './fan-hand.ts'
import { begin, dutiesOf, ownerOf, standingOf, tell, toDetail, toFanEntry, toReason, type Told } from './fan-orders.ts'
import type { World } from './world.ts'

const letGoWithinMs = 4_000

/**
 * The last thing that is sent for this node. Its permission is the intent of the duty, which promised it; so it goes also where the database
 * is away and cannot be told. Another owner has the fans in its own hand: then nothing is sent.
 */
export async function letGoAtEnd(now: FanWork, policy: HeldPolicy, fans: FanControl, host: FanHost, world: World): Promise<void> {
  const order = toLetGoOrder(policy.letGo, fans)
  const detail = { because: 'stopped', sends: now.asserts, heldSince: now.heldSince }
  const begun = await inTime<unknown>(begin(now, order, fans, { target: 'let-go', detail, isOurs: true }, host, world), 1_000, 'away')
  if (begun === 'not-ours') return
  const told = await inTime<Told>(tell(order, fans, host, AbortSignal.timeout(letGoWithinMs)), letGoWithinMs, { kind: 'lost', text: 'no answer in time' })
  const isTaken = told.kind === 'taken'
  const audit = toFanEntry(now, isTaken ? 'ok' : 'unknown', 'let-go', { ...detail, ...toDetail(order, fans), ...(isTaken ? {} : { error: told.text }) }, true)
  const reason = toReason(because('stopped', sayFan('fan-stopped')))
  const duties = dutiesOf(order)
  const standing = { ...standingOf(now), state: 'released' as const, reason, holding: !isTaken || duties !== null, duties }
  await inTime<unknown>(writeFanStanding(world.db, now, ownerOf(host, world), standing, { audit, entry: null }), 1_000, 'away')
}

/** What came of it, or something else where it failed or took longer. */
export const inTime = <T>(what: Promise<T>, ms: number, otherwise: T): Promise<T> => within(what, ms, undefined, () => new Error('late')).catch(() => otherwise)
