import { checksum } from '../message.ts'
import { decodeText } from '../text.ts'

/** A power supply's own data (FRU Information Storage Definition 1.3 §18.1). */
export type FruPowerSupply = {
  readonly kind: 'power-supply'
  readonly capacityWatts: number
  /** Undefined where the record does not say (FFFFh). */
  readonly peakVa?: number
  readonly inrushAmps?: number
  readonly inrushMs?: number
  /** One or two ranges of input voltage in millivolts. */
  readonly inputMillivolts: readonly (readonly [low: number, high: number])[]
  readonly inputHertz: readonly [low: number, high: number]
  readonly dropoutMs: number
  readonly hasPredictiveFail: boolean
  readonly hasPowerFactorCorrection: boolean
  readonly hasAutoswitch: boolean
  readonly hasHotSwap: boolean
  /** What it gives for as long as it holds up. */
  readonly peak?: { readonly watts: number; readonly seconds: number }
  /** What two outputs may draw together. */
  readonly combined: { readonly voltages: readonly [string, string]; readonly watts: number }
}

/** What an output gives (§18.2), or a load takes (§18.3); millivolts and milliamperes. */
export type FruDirectCurrent = {
  readonly kind: 'dc-output' | 'dc-load'
  readonly output: number
  /** Of outputs alone: it gives power while the supply is in standby. */
  readonly isStandby?: boolean
  readonly nominalMillivolts: number
  readonly lowestMillivolts: number
  readonly highestMillivolts: number
  readonly rippleMillivolts: number
  readonly leastMilliamps: number
  readonly greatestMilliamps: number
}

const accesses = ['system-url', 'system-name', 'system-ping', 'component-url', 'component-name', 'component-ping', 'system-guid'] as const

/** Where something is managed (§18.4). */
export type FruManagementAccess = { readonly kind: 'management-access'; readonly access: (typeof accesses)[number]; readonly value: string }

export type FruMultiRecord =
  | FruPowerSupply
  | FruDirectCurrent
  | FruManagementAccess
  /** Compatibility records (04h, 05h) and makers' own (C0h–FFh) as they are; the latter begin with the maker's number. */
  | { readonly kind: 'other'; readonly type: number; readonly data: Buffer }

const headerLength = 5
const endOfList = 0x80

/** The multi-record area (§16): what is wrong is told to `problems`, and what follows a header that is wrong is lost. */
export function decodeMultiRecords(bytes: Buffer, start: number, problems: string[]): readonly FruMultiRecord[] {
  const records: FruMultiRecord[] = []
  for (let offset = start, isLast = false; !isLast; ) {
    const header = bytes.subarray(offset, offset + headerLength)
    if (header.length < headerLength) return told(records, problems, 'the multi-record area is cut short')
    if (checksum(header, 0, headerLength - 1) !== header[headerLength - 1]) return told(records, problems, 'wrong checksum of a multi-record header')
    const [type, flags, length, sum] = [header[0]!, header[1]!, header[2]!, header[3]!]
    const data = bytes.subarray(offset + headerLength, offset + headerLength + length)
    if (data.length < length) return told(records, problems, 'the multi-record area is cut short')
    if (checksum(data, 0, length) !== sum) problems.push(`wrong checksum of the multi-record of type ${type.toString(16).padStart(2, '0')}h`)
    records.push(decodeRecord(type, data))
    isLast = (flags & endOfList) !== 0
    offset += headerLength + length
  }
  return records
}

function told(records: readonly FruMultiRecord[], problems: string[], problem: string) {
  problems.push(problem)
  return records
}

const leastLengths: Readonly<Record<number, number>> = { 0x00: 24, 0x01: 13, 0x02: 13, 0x03: 1 }

function decodeRecord(type: number, data: Buffer): FruMultiRecord {
  const other = { kind: 'other', type, data: Buffer.from(data) } as const
  if (data.length < (leastLengths[type] ?? Infinity)) return other
  if (type === 0x00) return decodePowerSupply(data)
  if (type === 0x01) return { ...decodeDirectCurrent('dc-output', data), isStandby: (data[0]! & 0x80) !== 0 }
  if (type === 0x02) return decodeDirectCurrent('dc-load', data)
  const access = accesses[data[0]! - 1]
  return access ? { kind: 'management-access', access, value: accessValue(access, data.subarray(1)) } : other
}

const accessValue = (access: string, data: Buffer) => (access === 'system-guid' ? data.toString('hex') : decodeText('latin-1', data))

const combinedVoltages = ['12V', '-12V', '5V', '3.3V'] as const
const voltageName = (code: number) => combinedVoltages[code] ?? 'reserved'

function decodePowerSupply(data: Buffer): FruPowerSupply {
  const [peakVa, inrushAmps] = [data.readUInt16LE(2), data[4]!]
  const flags = data[17]!
  const peak = data.readUInt16LE(18)
  const range = (at: number) => [data.readUInt16LE(at) * 10, data.readUInt16LE(at + 2) * 10] as const
  const second = range(10)
  return {
    kind: 'power-supply',
    capacityWatts: data.readUInt16LE(0) & 0x0fff,
    peakVa: peakVa === 0xffff ? undefined : peakVa,
    inrushAmps: inrushAmps === 0xff ? undefined : inrushAmps,
    inrushMs: inrushAmps === 0xff ? undefined : data[5]!,
    // A supply with one range says nought for the second.
    inputMillivolts: second[1] === 0 ? [range(6)] : [range(6), second],
    inputHertz: [data[14]!, data[15]!],
    dropoutMs: data[16]!,
    hasPredictiveFail: (flags & 0x01) !== 0,
    hasPowerFactorCorrection: (flags & 0x02) !== 0,
    hasAutoswitch: (flags & 0x04) !== 0,
    hasHotSwap: (flags & 0x08) !== 0,
    peak: peak === 0xffff ? undefined : { watts: peak & 0x0fff, seconds: peak >> 12 },
    combined: { voltages: [voltageName(data[20]! >> 4), voltageName(data[20]! & 0x0f)], watts: data.readUInt16LE(21) },
  }
}

function decodeDirectCurrent<Kind extends FruDirectCurrent['kind']>(kind: Kind, data: Buffer) {
  return {
    kind,
    output: data[0]! & 0x0f,
    nominalMillivolts: data.readInt16LE(1) * 10,
    lowestMillivolts: data.readInt16LE(3) * 10,
    highestMillivolts: data.readInt16LE(5) * 10,
    rippleMillivolts: data.readUInt16LE(7),
    leastMilliamps: data.readUInt16LE(9),
    greatestMilliamps: data.readUInt16LE(11),
  }
}
