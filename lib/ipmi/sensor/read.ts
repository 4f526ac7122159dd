import { getSensorReading, getSensorReadingFactors, getSensorThresholds, type SensorReading } from '../commands/sensor.ts'
import { IpmiError, refusable } from '../errors.ts'
import { bmcAddress } from '../message.ts'
import type { Entity } from '../sdr/fields.ts'
import type { SdrRecord } from '../sdr/record.ts'
import type { Sender } from '../sdr/repository.ts'
import { thresholdEventType, type CompactSensor, type FullSensor } from '../sdr/sensor-record.ts'
import type { SendOptions } from '../session.ts'
import type { Workarounds } from '../workarounds.ts'
import { convertDistance, convertReading, convertTolerance, firstNonLinear } from './convert.ts'
import { decodeStates, sensorTypeName, type AssertedState } from './states.ts'
import { convertThresholds, thresholdState, type Thresholds, type ThresholdState } from './thresholds.ts'
import { unitName } from './units.ts'

/** One sensor with what it says now. */
export type SensorValue = {
  readonly recordId: number
  readonly number: number
  /** As the BMC calls it; several sensors may share a name. */
  readonly name: string
  readonly entity: Entity
  readonly sensorType: string
  readonly kind: 'analog' | 'discrete'
  /** In `unit`; absent when the sensor is not available. */
  readonly value?: number
  /** Plus or minus, in `unit`. */
  readonly tolerance?: number
  readonly unit?: string
  /** Asserted states of a discrete sensor. */
  readonly states: readonly AssertedState[]
  readonly thresholds: Thresholds
  /** By how much a reading must come back over a threshold, in `unit`; absent where the record does not say. */
  readonly hysteresis?: Hysteresis
  /** What the maker calls normal, in `unit`; absent where the record does not say. */
  readonly normal?: NormalRange
  /** Which thresholds the BMC says are passed; absent for discrete and unavailable sensors. */
  readonly thresholdState?: ThresholdState
  readonly available: boolean
  /** Why it is not available. */
  readonly reason?: string
}

export type Hysteresis = { readonly positive?: number; readonly negative?: number }
export type NormalRange = { readonly nominal?: number; readonly minimum?: number; readonly maximum?: number }

/** Thresholds change only by hand: keep this map as long as the SDRs, and each sensor is asked for its own once. By record id. */
export type ThresholdCache = Map<number, Thresholds>

export type ReadSensorsOptions = SendOptions & {
  readonly thresholds?: ThresholdCache
  /** Controllers behind the BMC that do not answer, by their address: keep it as long as the session, and each is waited for once. */
  readonly silent?: Set<number>
}

type ReadableSensor = FullSensor | CompactSensor

/** More than a session's window, so that it is never idle; not all, for a thousand BMCs' sensors at once are a hundred megabytes of requests. */
const handedOver = 8

/** The sensors that can be asked for a reading: full and compact records. */
export function readableSensors(records: readonly SdrRecord[]): readonly ReadableSensor[] {
  return records.filter((record): record is ReadableSensor => record.kind === 'full-sensor' || record.kind === 'compact-sensor')
}

/**
 * Reads every sensor of the records, in their order. A sensor that refuses is in the result with the reason; an error of
 * the session itself (lost, aborted, timed out) rejects.
 */
export async function readSensors(
  session: Sender,
  records: readonly SdrRecord[],
  options: ReadSensorsOptions = {},
): Promise<readonly SensorValue[]> {
  const sensors = readableSensors(records)
  const values: SensorValue[] = []
  let next = 0
  async function readOn(): Promise<void> {
    for (let index = next++; index < sensors.length; index = next++) values[index] = await readSensor(session, sensors[index]!, options)
  }
  await Promise.all(Array.from({ length: handedOver }, readOn))
  return values
}

export function readSensor(session: Sender, sensor: ReadableSensor, options: ReadSensorsOptions = {}): Promise<SensorValue> {
  const obstacle = whyUnreachable(sensor, options.silent)
  if (obstacle) return Promise.resolve(unavailable(sensor, obstacle))
  if (sensor.owner.id !== bmcAddress && !session.workarounds?.has('assumebmcowner')) return readBridged(session, sensor, options)
  return ask(session, sensor, options)
}

/** The other controller answers through the BMC (Send Message), or it does not; then that concerns nobody else. */
async function readBridged(session: Sender, sensor: ReadableSensor, options: ReadSensorsOptions): Promise<SensorValue> {
  const { id, channel } = sensor.owner
  try {
    return await ask(session, sensor, { ...options, to: { address: id, channel }, timeoutMs: bridgedTimeoutMs })
  } catch (error) {
    if (!(error instanceof IpmiError) || error.kind !== 'timeout') throw error
    options.silent?.add(id)
    return unavailable(sensor, silentController(id))
  }
}

/** Many a board names a controller that is not fitted, and the BMC says nothing of it. */
const bridgedTimeoutMs = 1_500
const silentController = (id: number) => `the sensor belongs to another controller (${id.toString(16).toUpperCase()}h), which does not answer`

async function ask(session: Sender, sensor: ReadableSensor, options: ReadSensorsOptions): Promise<SensorValue> {
  const address = { number: sensor.number, lun: sensor.owner.lun }
  const reading = await refusable(session.send(getSensorReading, address, options))
  if (reading instanceof IpmiError) return unavailable(sensor, reading.detail)
  // Awaited only where they are asked for: a promise more for each of a hundred thousand sensors costs.
  const thresholds = knownThresholds(sensor, options) ?? (await askThresholds(session, sensor as FullSensor, options))
  const reason = whyUnavailable(reading, session.workarounds)
  if (reason) return unavailable(sensor, reason, thresholds)
  if (!isAnalog(sensor)) return available(sensor, reading, thresholds)
  const factors = isLinear(sensor) ? sensor.factors : await askFactors(session, sensor, reading.raw, options)
  const value = factors && convertReading(reading.raw, sensor.units.format, factors)
  if (value === undefined) return unavailable(sensor, 'its reading cannot be converted', thresholds)
  return available(sensor, reading, thresholds, value, convertTolerance(factors!))
}

/** True for a sensor whose reading is a number; HP's G5 to G7 give one to discrete sensors as well. */
export function isAnalog(sensor: ReadableSensor): sensor is FullSensor {
  return sensor.kind === 'full-sensor' && sensor.units.format !== 'none'
}

function whyUnreachable({ owner }: ReadableSensor, silent: ReadonlySet<number> | undefined): string | undefined {
  if (owner.id & 0x01) return 'the sensor belongs to system software'
  return silent?.has(owner.id) ? silentController(owner.id) : undefined
}

function whyUnavailable(reading: SensorReading, workarounds: Workarounds | undefined): string | undefined {
  if (!reading.isScanning && !workarounds?.has('ignorescanningdisabled')) return 'scanning is disabled'
  if (reading.isUnavailable) return 'the BMC has no reading'
  return undefined
}

/** Undefined where the BMC has to be asked for them. */
function knownThresholds(sensor: ReadableSensor, { thresholds }: ReadSensorsOptions): Thresholds | undefined {
  const hasThresholds = sensor.kind === 'full-sensor' && sensor.eventType === thresholdEventType
  return hasThresholds ? thresholds?.get(sensor.recordId) : noThresholds
}

const noThresholds: Thresholds = Object.freeze({})

async function askThresholds(session: Sender, sensor: FullSensor, options: ReadSensorsOptions): Promise<Thresholds> {
  // Asked for whatever the record says of access: Dell's processor temperatures deny having what they then tell.
  const answer = await refusable(session.send(getSensorThresholds, { number: sensor.number, lun: sensor.owner.lun }, options))
  const thresholds = answer instanceof IpmiError ? thresholdsOfRecord(sensor) : convertThresholds(sensor, answer)
  options.thresholds?.set(sensor.recordId, thresholds)
  return thresholds
}

const thresholdsOfRecord = (sensor: FullSensor): Thresholds => (sensor.thresholdAccess === 'none' ? noThresholds : convertThresholds(sensor, sensor.thresholds))

const isLinear = ({ factors }: FullSensor): boolean => factors.linearization < firstNonLinear

async function askFactors(session: Sender, sensor: FullSensor, raw: number, options: SendOptions): Promise<FullSensor['factors'] | undefined> {
  const request = { number: sensor.number, lun: sensor.owner.lun, raw }
  const factors = await refusable(session.send(getSensorReadingFactors, request, options))
  // Linear in the neighbourhood of this reading (IPMI 2.0 §36.2).
  return factors instanceof IpmiError ? undefined : { ...factors, linearization: 0 }
}

type Description = Omit<SensorValue, 'value' | 'tolerance' | 'states' | 'thresholds' | 'thresholdState' | 'available' | 'reason'>

const descriptions = new WeakMap<ReadableSensor, Description>()

/** What the record alone says: put into words once, for it is read thousands of times. */
function describe(sensor: ReadableSensor): Description {
  const known = descriptions.get(sensor)
  if (known) return known
  const description = toDescription(sensor)
  descriptions.set(sensor, description)
  return description
}

function toDescription(sensor: ReadableSensor): Description {
  const analog = isAnalog(sensor)
  return {
    recordId: sensor.recordId,
    number: sensor.number,
    name: sensor.name,
    entity: sensor.entity,
    sensorType: sensorTypeName(sensor.sensorType),
    kind: analog ? 'analog' : 'discrete',
    unit: analog ? unitName(sensor.units) : undefined,
    ...(analog && analogFacts(sensor)),
  }
}

function analogFacts({ hysteresis, normal, units, factors }: FullSensor): Pick<SensorValue, 'hysteresis' | 'normal'> {
  const convert = (raw: number | undefined) => (raw === undefined ? undefined : convertReading(raw, units.format, factors))
  const { positive, negative } = hysteresis
  return {
    hysteresis: given({ positive: convertDistance(positive, factors), negative: convertDistance(negative, factors) }),
    normal: given({ nominal: convert(normal.nominal), minimum: convert(normal.minimum), maximum: convert(normal.maximum) }),
  }
}

const given = <Facts extends Record<string, number | undefined>>(facts: Facts): Facts | undefined => (Object.values(facts).some((fact) => fact !== undefined) ? facts : undefined)

function available(sensor: ReadableSensor, { states }: SensorReading, thresholds: Thresholds, value?: number, tolerance?: number): SensorValue {
  if (sensor.eventType === thresholdEventType) return toValue(sensor, { value, tolerance, thresholds, thresholdState: thresholdState(states) })
  return toValue(sensor, { value, tolerance, thresholds, states: decodeStates(sensor.eventType, sensor.sensorType, states) })
}

function unavailable(sensor: ReadableSensor, reason: string, thresholds = noThresholds): SensorValue {
  return toValue(sensor, { thresholds, reason })
}

const noStates: readonly AssertedState[] = Object.freeze([])

type Said = Pick<SensorValue, 'thresholds'> & Partial<Pick<SensorValue, 'value' | 'tolerance' | 'states' | 'thresholdState' | 'reason'>>

/** Key by key: spread together, V8 makes each value a table of keys that takes four kilobytes, and a sixth of a sweep's time. */
function toValue(sensor: ReadableSensor, said: Said): SensorValue {
  const description = describe(sensor)
  return {
    recordId: description.recordId,
    number: description.number,
    name: description.name,
    entity: description.entity,
    sensorType: description.sensorType,
    kind: description.kind,
    value: said.value,
    tolerance: said.tolerance,
    unit: description.unit,
    states: said.states ?? noStates,
    thresholds: said.thresholds,
    hysteresis: description.hysteresis,
    normal: description.normal,
    thresholdState: said.thresholdState,
    available: said.reason === undefined,
    reason: said.reason,
  }
}
