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
