import { toBmcClock, type BmcClock } from '#lib/domain/bmc-clock.ts'
import { earliestMs } from '#lib/domain/log-time.ts'
import { getSelTime, getSelTimeUtcOffset } from '#lib/ipmi/commands/storage.ts'
import type { IpmiSession } from '#lib/ipmi/session.ts'

const minuteMs = 60_000

/** The clock by which the log is written. `zoneMinutes`: by how much it runs ahead of UTC, with which it was compared with ours. */
export type SelClock = { clock: BmcClock | null; zoneMinutes: number }

/** Asks something that a BMC may refuse; undefined when it does. */
type Optional = <T>(what: string, ask: () => Promise<T>) => Promise<T | undefined>

/** Two commands. A BMC that has no offset, as most do, keeps its log in UTC as far as anybody knows. */
export async function readSelClock(session: Pick<IpmiSession, 'send'>, optional: Optional): Promise<SelClock> {
  const stated = (await optional('SEL time offset', () => session.send(getSelTimeUtcOffset, undefined)))?.minutes
  const askedAtMs = Date.now()
  const told = (await optional('SEL time', () => session.send(getSelTime, undefined)))?.getTime()
  const zoneMinutes = toZoneMinutes(told, stated, askedAtMs)
  if (told === undefined) return { clock: null, zoneMinutes }
  return { clock: toBmcClock(toUtcMs(told, zoneMinutes), { askedAtMs, answeredAtMs: Date.now() }), zoneMinutes }
}

/** A clock that was not set counts from the start of the BMC, in no zone. */
export const toUtcMs = (toldMs: number, zoneMinutes: number): number => (toldMs < earliestMs ? toldMs : toldMs - zoneMinutes * minuteMs)

/**
 * The offset that a BMC states, unless its own clock speaks against it: some state the zone that was chosen on their page and keep the log
 * in UTC none the less. Whichever brings the clock nearer to ours is what is meant.
 */
export function toZoneMinutes(toldMs: number | undefined, stated: number | undefined, nowMs: number): number {
  if (stated === undefined) return 0
  if (toldMs === undefined || toldMs < earliestMs) return stated
  return Math.abs(toldMs - stated * minuteMs - nowMs) < Math.abs(toldMs - nowMs) ? stated : 0
}
