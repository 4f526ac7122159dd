import type { LogEntry } from './log-entry.ts'

/** Real-time clocks without a battery start in 1970, 1999, 2000 or 2001; no BMC of today is older. */
export const earliestMs = Date.UTC(2002, 0, 1)
/** A BMC may be in another time zone than it says; 2036 and 2038 are clocks that overflowed. */
const aheadMs = 48 * 3_600_000

/**
 * A moment by a BMC's clock as UTC, or null when that clock cannot have been right. `nowMs` is ours.
 * Takes milliseconds since 1970, or ISO 8601 with any offset; a text without an offset is taken for UTC.
 */
export function toLogTime(given: string | number | undefined, nowMs: number): string | null {
  const ms = typeof given === 'string' ? parseBmcTime(given) : given
  if (ms === undefined || !Number.isFinite(ms) || ms < earliestMs || ms > nowMs + aheadMs) return null
  return new Date(ms).toISOString()
}

/**
 * ISO 8601 as milliseconds since 1970: `2017-10-25T23:23:24-05:00`, also with a blank, a missing colon or no offset (then `zone`). Anything
 * freer (`05/24/17`) would be guessed.
 */
export function parseBmcTime(text: string, zone = 'Z'): number | undefined {
  const parts = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)\s*(Z|[+-]\d\d:?\d\d)?$/i.exec(text.trim())
  if (parts === null) return undefined
  const [, day, time, offset = zone] = parts
  const ms = Date.parse(`${day}T${time}${offset.length === 5 ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset.toUpperCase()}`)
  return Number.isNaN(ms) ? undefined : ms
}

/** Newest first; entries without a time keep the order in which they were given, after those that have one. */
export function byNewest(a: Pick<LogEntry, 'at'>, b: Pick<LogEntry, 'at'>): number {
  if (a.at === b.at) return 0
  if (a.at === null) return 1
  if (b.at === null) return -1
  return a.at < b.at ? 1 : -1
}
