import * as z from 'zod/mini'
import { earliestMs } from './log-time.ts'

/**
 * A BMC's clock beside ours, the conductor's. `aheadSeconds`: how far it is ahead, negative where it is behind, right to within
 * `withinSeconds`; null where it is not set.
 */
export const bmcClock = z.object({ aheadSeconds: z.nullable(z.number()), withinSeconds: z.number() })
export type BmcClock = z.infer<typeof bmcClock>

/** BMCs tell whole seconds: the moment meant lies in the second that begins with what is told. */
const stepMs = 1_000

const toTenths = (ms: number) => Math.round(ms / 100) / 10

/**
 * What a BMC says the time is (ms since 1970) beside the middle of the exchange in which it said it: when it was asked and when its answer
 * was there, by our clock.
 */
export function toBmcClock(toldMs: number, { askedAtMs, answeredAtMs }: { askedAtMs: number; answeredAtMs: number }): BmcClock {
  const withinSeconds = toTenths(stepMs / 2 + Math.max(0, answeredAtMs - askedAtMs) / 2)
  if (toldMs < earliestMs) return { aheadSeconds: null, withinSeconds }
  return { aheadSeconds: toTenths(toldMs + stepMs / 2 - (askedAtMs + answeredAtMs) / 2), withinSeconds }
}

/** A minute off, and the logs of two nodes can no longer be laid side by side. */
const toleratedSeconds = 60

export type ClockState = 'right' | 'off' | 'unset'

/** `off` only where it surely is, however slow the exchange was. */
export function toClockState({ aheadSeconds, withinSeconds }: BmcClock): ClockState {
  if (aheadSeconds === null) return 'unset'
  return Math.abs(aheadSeconds) - withinSeconds > toleratedSeconds ? 'off' : 'right'
}

const quarterSeconds = 900
const leastZoneSeconds = 1_800
const greatestZoneSeconds = 14 * 3_600

/** Off by what two time zones differ in, give or take a minute or two: then the zone is likely wrong, and the clock right. */
export function looksLikeZone({ aheadSeconds, withinSeconds }: BmcClock): boolean {
  const off = Math.abs(aheadSeconds ?? 0)
  const rest = Math.abs(off - Math.round(off / quarterSeconds) * quarterSeconds)
  return off >= leastZoneSeconds - toleratedSeconds && off <= greatestZoneSeconds + toleratedSeconds && rest <= toleratedSeconds + withinSeconds
}
