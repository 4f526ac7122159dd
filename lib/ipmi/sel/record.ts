import { selRecordLength } from '../commands/sel.ts'
import { requireLength } from '../errors.ts'

/** When a record was written. `sinceStart`: the clock was not set, seconds count from the BMC's own start (IPMI 2.0 §37.1). */
export type SelTime =
  | { readonly kind: 'utc'; readonly at: Date }
  | { readonly kind: 'since-start'; readonly seconds: number }
  | { readonly kind: 'unknown' }

/** Who wrote an event: a controller on the bus, or system software by its id (bit 0 of the first byte). */
export type SelGenerator = { readonly isSoftware: boolean; readonly id: number; readonly lun: number; readonly channel: number }

export type SelEvent = {
  readonly kind: 'event'
  readonly recordId: number
  readonly time: SelTime
  readonly generator: SelGenerator
  /** 04h for IPMI 1.5 and 2.0, 03h for IPMI 1.0, whose generator id has no channel. */
  readonly format: number
  readonly sensorType: number
  readonly sensorNumber: number
  readonly eventType: number
  readonly isAsserted: boolean
  /** Event data 1 to 3 as written. */
  readonly data: readonly [number, number, number]
  readonly raw: Buffer
}

type OwnRecord = { readonly recordId: number; readonly type: number; readonly data: Buffer; readonly raw: Buffer }

export type SelRecord =
  | SelEvent
  /** C0h–DFh: with a time and a manufacturer. */
  | (OwnRecord & { readonly kind: 'oem-timestamped'; readonly time: SelTime; readonly manufacturerId: number })
  /** E0h–FFh: 13 bytes of the maker's own. */
  | (OwnRecord & { readonly kind: 'oem' })
  | (OwnRecord & { readonly kind: 'unknown' })

/** Below this a time counts seconds since the BMC's start, not since 1970 (IPMI 2.0 §37.1). */
const firstAbsoluteTime = 0x2000_0000
const unspecifiedTime = 0xffff_ffff

/** One SEL record (IPMI 2.0 §32.1 to §32.3). Throws `malformed` for less than 16 bytes. */
export function decodeSelRecord(bytes: Buffer): SelRecord {
  requireLength(bytes, selRecordLength, 'SEL record')
  const raw = bytes.subarray(0, selRecordLength)
  const type = raw[2]!
  const recordId = raw.readUInt16LE(0)
  if (type === 0x02) return decodeEvent(raw)
  if (type >= 0xe0) return { kind: 'oem', recordId, type, data: raw.subarray(3), raw }
  if (type >= 0xc0) {
    const manufacturerId = raw.readUIntLE(7, 3)
    return { kind: 'oem-timestamped', recordId, type, time: readTime(raw), manufacturerId, data: raw.subarray(10), raw }
  }
  return { kind: 'unknown', recordId, type, data: raw.subarray(3), raw }
}

function decodeEvent(raw: Buffer): SelEvent {
  const format = raw[9]!
  const second = raw[8]!
  return {
    kind: 'event',
    recordId: raw.readUInt16LE(0),
    time: readTime(raw),
    generator: {
      isSoftware: (raw[7]! & 0x01) !== 0,
      id: raw[7]!,
      lun: format === 0x03 ? 0 : second & 0x03,
      channel: format === 0x03 ? 0 : second >> 4,
    },
    format,
    sensorType: raw[10]!,
    sensorNumber: raw[11]!,
    eventType: raw[12]! & 0x7f,
    isAsserted: (raw[12]! & 0x80) === 0,
    data: [raw[13]!, raw[14]!, raw[15]!],
    raw,
  }
}

function readTime(raw: Buffer): SelTime {
  const seconds = raw.readUInt32LE(3)
  // Zero is what a BMC writes that never had a clock.
  if (seconds === unspecifiedTime || seconds === 0) return { kind: 'unknown' }
  if (seconds < firstAbsoluteTime) return { kind: 'since-start', seconds }
  return { kind: 'utc', at: new Date(seconds * 1000) }
}
