import { requireLength } from '../errors.ts'
import { readEntity, readName, type Entity } from './fields.ts'

/** Who answers for a sensor: an MC on the bus (bit 0 clear) or system software (bit 0 set), which nobody can ask. */
export type SensorOwner = { readonly id: number; readonly lun: number; readonly channel: number }

type SensorKey = {
  readonly recordId: number
  readonly owner: SensorOwner
  readonly number: number
  readonly name: string
  readonly entity: Entity
  /** What it measures (IPMI 2.0 table 42-3). */
  readonly sensorType: number
  /** What its states mean: 01h thresholds, 02h–0Ch generic, 6Fh by sensor type (IPMI 2.0 table 42-1). */
  readonly eventType: number
}

export type SensorUnits = {
  /** How the reading byte is to be read; `none` for a sensor without a numeric reading. */
  readonly format: 'unsigned' | 'ones-complement' | 'twos-complement' | 'none'
  /** Numbers of table 43-15; 0 is unspecified. */
  readonly base: number
  readonly modifier: number
  readonly modifierRole: 'none' | 'per' | 'times'
  /** Index into the rates: 0 none, 1 per µs … 6 per day (bits 5:3). */
  readonly rate: number
  readonly isPercentage: boolean
}

/** y = L((M·x + B·10^bExponent)·10^rExponent) (IPMI 2.0 §36.3). */
export type ConversionFactors = {
  readonly linearization: number
  readonly m: number
  readonly b: number
  readonly bExponent: number
  readonly rExponent: number
  /** In half raw counts. */
  readonly tolerance: number
}

/** Raw threshold bytes in the order of Get Sensor Thresholds, with the mask of those that exist. */
export type RawThresholds = { readonly mask: number; readonly values: Buffer }

type ReadableSensor = SensorKey & {
  readonly units: SensorUnits
  /** States that the sensor can report, for discrete sensors. */
  readonly readableStates: number
  readonly thresholdAccess: 'none' | 'readable' | 'settable' | 'fixed'
  /** Thresholds that may be read, in the bits of Get Sensor Thresholds; 0 for discrete sensors. */
  readonly readableThresholds: number
  /** Ignore the sensor when its entity is absent. */
  readonly isIgnoredWhenAbsent: boolean
}

/** Raw counts by which a reading must come back over a threshold before its event is taken back; absent where the record does not say. */
export type RawHysteresis = { readonly positive?: number; readonly negative?: number }
/** Raw readings that the maker calls normal; absent where the record does not say. */
export type RawNormal = { readonly nominal?: number; readonly minimum?: number; readonly maximum?: number }

export type FullSensor = ReadableSensor & {
  readonly kind: 'full-sensor'
  readonly factors: ConversionFactors
  readonly thresholds: RawThresholds
  readonly hysteresis: RawHysteresis
  readonly normal: RawNormal
}
export type CompactSensor = ReadableSensor & { readonly kind: 'compact-sensor' }
export type EventOnlySensor = SensorKey & { readonly kind: 'event-only-sensor' }
export type SensorRecord = FullSensor | CompactSensor | EventOnlySensor

export const thresholdEventType = 0x01

/** IPMI 2.0 §43.1. */
export function decodeFullSensor(record: Buffer): FullSensor {
  requireLength(record, 48, 'full sensor record')
  return {
    kind: 'full-sensor',
    ...readReadable(record),
    name: readName(record, 47),
    factors: { linearization: record[23]! & 0x7f, ...readFactors(record, 24) },
    // Stored from the upper to the lower ones; Get Sensor Thresholds has them the other way round.
    thresholds: { mask: readableThresholds(record), values: Buffer.from(record.subarray(36, 42).toReversed()) },
    hysteresis: readHysteresis(record, 42),
    normal: readNormal(record),
  }
}

/** Positive, then negative, as they stand in a full record and in Get Sensor Hysteresis; 00h and FFh are none (IPMI 2.0 §43.1, §35.7). */
export function readHysteresis(bytes: Buffer, offset: number): RawHysteresis {
  const read = (value: number) => (value === 0 || value === 0xff ? undefined : value)
  return { positive: read(bytes[offset]!), negative: read(bytes[offset + 1]!) }
}

/** Which of the three are given stands in the analogue characteristic flags (IPMI 2.0 table 43-1, byte 31). */
function readNormal(record: Buffer): RawNormal {
  const flags = record[30]!
  return {
    nominal: flags & 0x01 ? record[31] : undefined,
    maximum: flags & 0x02 ? record[32] : undefined,
    minimum: flags & 0x04 ? record[33] : undefined,
  }
}

/** IPMI 2.0 §43.2. */
export function decodeCompactSensor(record: Buffer): readonly CompactSensor[] {
  requireLength(record, 32, 'compact sensor record')
  const sensor: CompactSensor = { kind: 'compact-sensor', ...readReadable(record), name: readName(record, 31) }
  return share(sensor, record[23]!, record[24]!)
}

/** IPMI 2.0 §43.3. */
export function decodeEventOnlySensor(record: Buffer): readonly EventOnlySensor[] {
  requireLength(record, 17, 'event-only sensor record')
  const sensor: EventOnlySensor = {
    kind: 'event-only-sensor',
    ...readKey(record),
    sensorType: record[10]!,
    eventType: record[11]! & 0x7f,
    name: readName(record, 16),
  }
  return share(sensor, record[12]!, record[13]!)
}

/**
 * M, tolerance, B, accuracy and the exponents, as they stand in a full record and in Get Sensor Reading Factors
 * (IPMI 2.0 §35.5): ten bits signed, ten bits signed, two times four bits signed.
 */
export function readFactors(bytes: Buffer, offset: number): Omit<ConversionFactors, 'linearization'> {
  const mHigh = bytes[offset + 1]!
  const bHigh = bytes[offset + 3]!
  const exponents = bytes[offset + 5]!
  return {
    m: signed(bytes[offset]! | ((mHigh & 0xc0) << 2), 10),
    tolerance: mHigh & 0x3f,
    b: signed(bytes[offset + 2]! | ((bHigh & 0xc0) << 2), 10),
    rExponent: signed(exponents >> 4, 4),
    bExponent: signed(exponents & 0x0f, 4),
  }
}

/** Two's complement of so many bits. */
export function signed(value: number, bits: number): number {
  return value >= 1 << (bits - 1) ? value - (1 << bits) : value
}

function readKey(record: Buffer): Pick<SensorKey, 'recordId' | 'owner' | 'number' | 'entity'> {
  return {
    recordId: record.readUInt16LE(0),
    owner: { id: record[5]!, lun: record[6]! & 0x03, channel: record[6]! >> 4 },
    number: record[7]!,
    entity: readEntity(record, 8),
  }
}

const thresholdAccesses = ['none', 'readable', 'settable', 'fixed'] as const
const formats = ['unsigned', 'ones-complement', 'twos-complement', 'none'] as const
const modifierRoles = ['none', 'per', 'times', 'none'] as const

function readReadable(record: Buffer): Omit<ReadableSensor, 'name'> {
  const eventType = record[13]! & 0x7f
  return {
    ...readKey(record),
    sensorType: record[12]!,
    eventType,
    isIgnoredWhenAbsent: (record[11]! & 0x80) !== 0,
    thresholdAccess: thresholdAccesses[(record[11]! >> 2) & 0x03]!,
    readableThresholds: readableThresholds(record),
    readableStates: eventType === thresholdEventType ? 0 : record.readUInt16LE(18) & 0x7fff,
    units: {
      format: formats[record[20]! >> 6]!,
      rate: (record[20]! >> 3) & 0x07,
      modifierRole: modifierRoles[(record[20]! >> 1) & 0x03]!,
      isPercentage: (record[20]! & 0x01) !== 0,
      base: record[21]!,
      modifier: record[22]!,
    },
  }
}

function readableThresholds(record: Buffer): number {
  const isThreshold = (record[13]! & 0x7f) === thresholdEventType
  return isThreshold ? record[18]! & 0x3f : 0
}

/**
 * One sensor per number that shares the record; names get the number or letter that the record asks for. Dell's drives ("Drive 0" for
 * fifteen of them, then "Drive 15") ask for one from 0 on and mean that the name's own number is counted.
 */
function share<Sensor extends SensorKey>(sensor: Sensor, sharing: number, modifier: number): readonly Sensor[] {
  const count = Math.max(1, sharing & 0x0f)
  if (count === 1) return [sensor]
  const isAlphabetic = ((sharing >> 4) & 0x03) === 1
  const hasOwnInstances = (modifier & 0x80) !== 0
  const offset = modifier & 0x7f
  return Array.from({ length: count }, (_, index) => ({
    ...sensor,
    number: (sensor.number + index) & 0xff,
    name: isAlphabetic ? `${sensor.name}${toLetters(offset + index)}` : numbered(sensor.name, offset, index),
    entity: hasOwnInstances ? { ...sensor.entity, instance: (sensor.entity.instance + index) & 0x7f } : sensor.entity,
  }))
}

function numbered(name: string, offset: number, index: number): string {
  const own = offset === 0 ? /\d+$/.exec(name)?.[0] : undefined
  return own === undefined ? `${name}${offset + index}` : `${name.slice(0, -own.length)}${Number(own) + index}`
}

/** 0 is A, 25 is Z, 26 is AA. */
function toLetters(index: number): string {
  const letter = String.fromCharCode(0x41 + (index % 26))
  return index < 26 ? letter : toLetters(Math.floor(index / 26) - 1) + letter
}
