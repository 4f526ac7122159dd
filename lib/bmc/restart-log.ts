import { getSelEntry } from '#lib/ipmi/commands/sel.ts'
import { isRefusal } from '#lib/ipmi/errors.ts'
import { decodeSelRecord, type SelRecord } from '#lib/ipmi/sel/record.ts'
import type { IpmiSession } from '#lib/ipmi/session.ts'

/** The record ids that mean "the first" and "the newest" (IPMI 2.0 §31.5); as a next id, FFFFh is the end. */
const firstRecord = 0x0000
const newestRecord = 0xffff

/** A log that was quiet has few new entries after one command; more than this is noise, and the walk stops. */
const greatestWalk = 64

/** No such entry: an empty log (CBh), one that is being cleared (81h), or an entry that is no entry. */
const isNoEntry = isRefusal

type Sender = Pick<IpmiSession, 'send'>

/** Where the log stands: the id of its newest entry, `empty`, or undefined when it cannot be read. */
export async function readLogMark(session: Sender): Promise<string | undefined> {
  try {
    const { record } = await session.send(getSelEntry, { recordId: newestRecord })
    return String(decodeSelRecord(record).recordId)
  } catch (error) {
    if (!isNoEntry(error)) throw error
    return error.completionCode === 0xcb ? 'empty' : undefined
  }
}

/** What the log says of a restart since the mark, in words; undefined when it says nothing of one. */
export async function findRestart(session: Sender, mark: string): Promise<string | undefined> {
  try {
    let next = mark === 'empty' ? firstRecord : (await session.send(getSelEntry, { recordId: Number(mark) })).nextRecordId
    for (let i = 0; i < greatestWalk && next !== newestRecord; i++) {
      const { nextRecordId, record } = await session.send(getSelEntry, { recordId: next })
      const entry = decodeSelRecord(record)
      const words = toRestartWords(entry)
      if (words !== undefined) return `${words} (log entry ${entry.recordId})`
      if (nextRecordId === next) return undefined
      next = nextRecordId
    }
    return undefined
  } catch (error) {
    if (isNoEntry(error)) return undefined
    throw error
  }
}

const bySensorType = 0x6f

/** Events that only a host makes that starts anew (IPMI 2.0 table 42-3). */
export function toRestartWords(entry: SelRecord): string | undefined {
  if (entry.kind !== 'event' || entry.eventType !== bySensorType) return undefined
  const offset = entry.data[0] & 0x0f
  if (entry.sensorType === 0x1d && entry.isAsserted) return 'system restart initiated'
  if (entry.sensorType === 0x1f && entry.isAsserted) return 'operating system booted'
  // 09h power unit: 00h power off, 01h power cycle.
  if (entry.sensorType === 0x09 && offset === 0x01 && entry.isAsserted) return 'power cycled'
  if (entry.sensorType === 0x09 && offset === 0x00) return entry.isAsserted ? 'powered off' : 'powered on'
  return undefined
}
