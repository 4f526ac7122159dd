import { IpmiError, requireLength } from '../errors.ts'
import { readEntity, readName, type Entity } from './fields.ts'
import { decodeCompactSensor, decodeEventOnlySensor, decodeFullSensor, type SensorRecord } from './sensor-record.ts'

export const sdrHeaderLength = 5

export type FruLocator = {
  readonly kind: 'fru-locator'
  readonly recordId: number
  readonly name: string
  readonly entity: Entity
  /** 7-bit address in its upper bits, as on the bus. */
  readonly accessAddress: number
  /** True when `fruId` is the id for Read FRU Data, false when it is a raw device's address. */
  readonly isLogicalDevice: boolean
  readonly fruId: number
  readonly lun: number
  readonly channel: number
}

export type McLocator = {
  readonly kind: 'mc-locator'
  readonly recordId: number
  readonly name: string
  readonly entity: Entity
  readonly address: number
  readonly channel: number
}

export type SdrRecord =
  | SensorRecord
  | FruLocator
  | McLocator
  /** C0h: a maker's own bytes (IPMI 2.0 §43.12). Intel's describe its fans and power supplies. */
  | { readonly kind: 'oem'; readonly recordId: number; readonly manufacturerId: number; readonly data: Buffer }
  /** Entity association and other types, which say nothing of sensors or parts. */
  | { readonly kind: 'other'; readonly recordId: number; readonly type: number }

/** The record's own length from its header, header included. */
export function sdrLength(bytes: Buffer): number {
  requireLength(bytes, sdrHeaderLength, 'SDR header')
  return sdrHeaderLength + bytes[4]!
}

/** The records of a dump, one behind the other. Throws `malformed` when the last is cut short. */
export function splitSdrs(dump: Buffer): readonly Buffer[] {
  const records: Buffer[] = []
  for (let offset = 0; offset < dump.length; offset += records.at(-1)!.length) {
    const rest = dump.subarray(offset)
    const length = sdrLength(rest)
    requireLength(rest, length, 'SDR')
    records.push(rest.subarray(0, length))
  }
  return records
}

/**
 * One Sensor Data Record (IPMI 2.0 §43). A shared compact or event-only record stands for several sensors, hence an array.
 * Throws `malformed`.
 */
export function decodeSdr(bytes: Buffer): readonly SdrRecord[] {
  const length = sdrLength(bytes)
  requireLength(bytes, length, 'SDR')
  const record = bytes.subarray(0, length)
  switch (bytes[3]) {
    case 0x01:
      return [decodeFullSensor(record)]
    case 0x02:
      return decodeCompactSensor(record)
    case 0x03:
      return decodeEventOnlySensor(record)
    case 0x11:
      return [decodeFruLocator(record)]
    case 0x12:
      return [decodeMcLocator(record)]
    case 0xc0:
      return [decodeOem(record)]
    default:
      return [{ kind: 'other', recordId: record.readUInt16LE(0), type: record[3]! }]
  }
}

export type DecodedSdrs = {
  readonly records: readonly SdrRecord[]
  /** Why some records could not be read. */
  readonly problems: readonly string[]
}

const decoded = new WeakMap<readonly Buffer[], DecodedSdrs>()

/** Decodes what can be decoded: one broken record costs only itself. The same records are decoded once, see `shareSdrs`. */
export function decodeSdrs(raw: readonly Buffer[]): DecodedSdrs {
  const known = decoded.get(raw)
  if (known) return known
  const made = decodeAll(raw)
  decoded.set(raw, made)
  return made
}

function decodeAll(raw: readonly Buffer[]): DecodedSdrs {
  const records: SdrRecord[] = []
  const problems: string[] = []
  for (const bytes of raw) {
    try {
      records.push(...decodeSdr(bytes))
    } catch (error) {
      if (!(error instanceof IpmiError)) throw error
      const id = bytes.length >= 2 ? `${bytes.readUInt16LE(0).toString(16).padStart(4, '0')}h` : 'without id'
      problems.push(`SDR ${id}: ${error.detail}`)
    }
  }
  return { records, problems }
}

/** IPMI 2.0 §43.12. */
function decodeOem(record: Buffer): SdrRecord {
  requireLength(record, 8, 'OEM record')
  return { kind: 'oem', recordId: record.readUInt16LE(0), manufacturerId: record.readUIntLE(5, 3), data: Buffer.from(record.subarray(8)) }
}

/** IPMI 2.0 §43.8. */
function decodeFruLocator(record: Buffer): FruLocator {
  requireLength(record, 16, 'FRU device locator')
  return {
    kind: 'fru-locator',
    recordId: record.readUInt16LE(0),
    accessAddress: record[5]! & 0xfe,
    fruId: record[6]!,
    isLogicalDevice: (record[7]! & 0x80) !== 0,
    lun: (record[7]! >> 3) & 0x03,
    channel: record[8]! >> 4,
    entity: readEntity(record, 12),
    name: readName(record, 15),
  }
}

/** IPMI 2.0 §43.9. */
function decodeMcLocator(record: Buffer): McLocator {
  requireLength(record, 16, 'MC device locator')
  return {
    kind: 'mc-locator',
    recordId: record.readUInt16LE(0),
    address: record[5]! & 0xfe,
    channel: record[6]! & 0x0f,
    entity: readEntity(record, 12),
    name: readName(record, 15),
  }
}
