import * as z from 'zod/mini'
import type { LogCursor, LogEntry } from '#lib/domain/log-entry.ts'
import { toLogTime } from '#lib/domain/log-time.ts'
import type { SdrRecord } from '#lib/ipmi/sdr/record.ts'
import { describeSelRecord } from '#lib/ipmi/sel/describe.ts'
import { readSel, type SelCursor } from '#lib/ipmi/sel/read.ts'
import type { SelRecord, SelTime } from '#lib/ipmi/sel/record.ts'
import type { IpmiSession } from '#lib/ipmi/session.ts'
import type { LogReading } from './bmc.ts'
import { toEventProgress } from './boot-progress.ts'
import { toEventText } from './event-words.ts'
import { toOptionalText } from './text.ts'

/** What the System Event Log is called among the sources of a node's entries. */
export const selSource = 'SEL'

const cursorSchema = z.object({
  lastId: z.number(),
  last: z.string(),
  erasedAt: z.nullable(z.number()),
  addedAt: z.nullable(z.number()),
  entryCount: z.number(),
  isBehind: z.boolean(),
})

/** Reads what is new in the SEL; `records` are the SDRs, which name the sensors. `readZone` is asked only where there is something new. */
export async function readSelLog(
  session: Pick<IpmiSession, 'send'>,
  since: LogCursor | null,
  records: readonly SdrRecord[],
  budgetMs: number,
  readZone: () => Promise<number>,
): Promise<LogReading> {
  const known = cursorSchema.safeParse(since?.[selSource])
  const reading = await readSel(session, { budgetMs, ...(known.success ? { since: known.data } : {}) })
  const zoneMinutes = reading.records.length === 0 ? 0 : await readZone()
  const nowMs = Date.now()
  const progress = toNewestProgress(reading.records, nowMs, zoneMinutes)
  return {
    entries: reading.records.map((record) => toEntry(record, records, nowMs, zoneMinutes)),
    cursor: toCursor(reading.cursor),
    sources: [{ name: selSource, wasCleared: reading.wasCleared, isComplete: reading.isComplete, canClear: true }],
    ...(progress === undefined ? {} : { progress }),
  }
}

/** Of the newest record that tells of the host's start; records come in the order in which they were written. */
function toNewestProgress(records: readonly SelRecord[], nowMs: number, zoneMinutes: number): LogReading['progress'] {
  for (const record of records.toReversed()) {
    const sight = record.kind === 'event' ? toEventProgress(record) : undefined
    if (sight !== undefined && 'time' in record) return { ...sight, at: toTime(record.time, nowMs, zoneMinutes).at }
  }
  return undefined
}

const toCursor = (cursor: SelCursor | undefined): LogCursor | null => (cursor === undefined ? null : { [selSource]: cursor })

const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0')

/** One record in our words; `zoneMinutes`: how far its clock runs ahead of UTC. Its sixteen bytes are its key: ids are used again after a clear, the bytes are not. */
export function toEntry(record: SelRecord, records: readonly SdrRecord[], nowMs: number, zoneMinutes = 0): LogEntry {
  const description = describeSelRecord(record, records)
  const raw = record.raw.toString('hex')
  const { at, bmcTime } = toTime('time' in record ? record.time : { kind: 'unknown' }, nowMs, zoneMinutes)
  const sensor = toOptionalText(description.sensorName) ?? toSensorWords(record, description.sensorType)
  return {
    key: `${selSource}/${raw}`,
    source: selSource,
    sourceId: hex(record.recordId, 4),
    at,
    ...(bmcTime === undefined ? {} : { bmcTime }),
    level: description.severity,
    text: toEventText(description),
    ...(sensor === undefined ? {} : { sensor }),
    ...(description.hasUnexplained ? { raw } : {}),
    ...(description.isAsserted === undefined ? {} : { asserted: description.isAsserted }),
  }
}

/** A sensor without a name is told by its type, and by its number where it has one. */
function toSensorWords(record: SelRecord, sensorType: string | undefined): string | undefined {
  if (record.kind !== 'event' || sensorType === undefined) return undefined
  return record.sensorNumber === 0 || record.sensorNumber === 0xff ? sensorType : `${sensorType} ${hex(record.sensorNumber, 2)}h`
}

function toTime(time: SelTime, nowMs: number, zoneMinutes: number): { at: string | null; bmcTime?: string } {
  if (time.kind === 'unknown') return { at: null }
  if (time.kind === 'since-start') return { at: null, bmcTime: `${time.seconds} s after the start of the BMC` }
  const at = toLogTime(time.at.getTime() - zoneMinutes * 60_000, nowMs)
  return at === null ? { at, bmcTime: time.at.toISOString() } : { at }
}
