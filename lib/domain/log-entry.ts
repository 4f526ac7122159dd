import * as z from 'zod/mini'

export const logLevel = z.enum(['ok', 'warning', 'critical'])
export type LogLevel = z.infer<typeof logLevel>

/**
 * One line of a node's log, in one form whatever the protocol. An old entry is history: it says nothing of the node's health now.
 *
 * `key` is unique within the node and the same at every reading, also when ids are used again after a clear. `source` is `SEL` (IPMI) or
 * the name of the Redfish LogService, `sourceId` the id there. `at` is UTC, or null when the BMC's clock was not set or cannot be
 * right; then `bmcTime` has what the BMC wrote. `level` is ours, `severity` the BMC's own word where it has one.
 */
export const logEntry = z.object({
  key: z.string(),
  source: z.string(),
  sourceId: z.string(),
  at: z.nullable(z.iso.datetime()),
  bmcTime: z.optional(z.string()),
  level: logLevel,
  severity: z.optional(z.string()),
  text: z.string(),
  /** The sensor or part that it is about, in the BMC's words. */
  sensor: z.optional(z.string()),
  /** Redfish's MessageId, e.g. `IDRAC.2.8.PSU0003`: to search for. */
  messageId: z.optional(z.string()),
  /** The record in hexadecimal, where no table has words for all of it. */
  raw: z.optional(z.string()),
  /** False for an event that went away again; absent where the log does not say. */
  asserted: z.optional(z.boolean()),
  /** The BMC says that the cause is gone (HPE's "Repaired", Redfish's Resolved). */
  resolved: z.optional(z.boolean()),
})
export type LogEntry = z.infer<typeof logEntry>

/**
 * Where the next reading of a log goes on: written by `Bmc.readLog`, kept as JSON, given back unchanged. Its inside is the business of
 * the protocol, and one that is not understood any more only means that the log is read anew.
 */
export const logCursor = z.record(z.string(), z.unknown())
export type LogCursor = z.infer<typeof logCursor>

/** Real-time clocks without a battery start in 1970, 1999, 2000 or 2001; no BMC of today is older. */
const earliestMs = Date.UTC(2002, 0, 1)
/** A BMC may be in another time zone than it says; 2036 and 2038 are clocks that overflowed. */
const aheadMs = 48 * 3_600_000

/**
 * A moment by a BMC's clock as UTC, or null when that clock cannot have been right. `nowMs` is ours.
 * Takes milliseconds since 1970, or ISO 8601 with any offset; a text without an offset is taken for UTC.
 */
export function toLogTime(given: string | number | undefined, nowMs: number): string | null {
  const ms = typeof given === 'string' ? parseTime(given) : given
  if (ms === undefined || !Number.isFinite(ms) || ms < earliestMs || ms > nowMs + aheadMs) return null
  return new Date(ms).toISOString()
}

/** `2017-10-25T23:23:24-05:00`, also with a blank, a missing colon or no offset. Anything freer (`05/24/17`) would be guessed. */
function parseTime(text: string): number | undefined {
  const parts = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)\s*(Z|[+-]\d\d:?\d\d)?$/i.exec(text.trim())
  if (parts === null) return undefined
  const [, day, time, offset = 'Z'] = parts
  const zone = offset.length === 5 ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset.toUpperCase()
  return Date.parse(`${day}T${time}${zone}`)
}

/** Newest first; entries without a time keep the order in which they were given, after those that have one. */
export function byNewest(a: Pick<LogEntry, 'at'>, b: Pick<LogEntry, 'at'>): number {
  if (a.at === b.at) return 0
  if (a.at === null) return 1
  if (b.at === null) return -1
  return a.at < b.at ? 1 : -1
}
