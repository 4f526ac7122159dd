import type { SdrRecord } from '../sdr/record.ts'
import type { FullSensor, SensorRecord } from '../sdr/sensor-record.ts'
import { convertReading } from '../sensor/convert.ts'
import type { StateSeverity } from '../sensor/generic-states.ts'
import { decodeStates, sensorTypeName, stateText } from '../sensor/states.ts'
import { unitName } from '../sensor/units.ts'
import { sensorSpecificDetails, toHex } from './event-data.ts'
import type { SelEvent, SelRecord } from './record.ts'

/** A SEL record in words. */
export type SelDescription = {
  /** What happened: `Correctable ECC`, `Upper Critical going high`. Never empty. */
  readonly text: string
  /** What the record adds, in its order: `module 3`, `user 2`. */
  readonly details: readonly string[]
  /** Implied by the state's own words (IPMI 2.0 has no severity in a record); an event that went away is `ok`. */
  readonly severity: StateSeverity
  readonly isAsserted?: boolean
  /** The name of the sensor by its SDR. */
  readonly sensorName?: string
  /** `Memory`, `Temperature`; of an OEM record nothing. */
  readonly sensorType?: string
  /** What triggered a threshold event: the reading and the limit, in `unit`, as far as the record has them. */
  readonly trigger?: { readonly value?: number; readonly threshold?: number; readonly unit: string }
  /** True when bytes are left that no table explains: then the raw record is worth showing. */
  readonly hasUnexplained: boolean
}

const thresholdEvent = 0x01
const sensorSpecificEvent = 0x6f
const unspecifiedByte = 0xff
/** What bits of event data 1 say of the byte that they speak of (IPMI 2.0 §29.7). */
const meaning = { unspecified: 0, previousStateOrTrigger: 1, oem: 2, sensorSpecific: 3 } as const

/** Describes one record; `records` are the SDRs of the same BMC, which name its sensors and convert their readings. */
export function describeSelRecord(record: SelRecord, records: readonly SdrRecord[]): SelDescription {
  switch (record.kind) {
    case 'event':
      return describeEvent(record, findSensor(record, records))
    case 'oem-timestamped':
      return describeOem(`OEM record ${toHex(record.type)} of manufacturer ${record.manufacturerId}`, record.data)
    case 'oem':
      return describeOem(`OEM record ${toHex(record.type)}`, record.data)
    case 'unknown':
      return describeOem(`Record of unknown type ${toHex(record.type)}`, record.data)
  }
}

function describeOem(text: string, data: Buffer): SelDescription {
  return { text, details: [toBytes(data)], severity: 'ok', hasUnexplained: true }
}

/** The sensor by owner and number; where the generator is not written as in the SDR, by number and type. */
function findSensor(event: SelEvent, records: readonly SdrRecord[]): SensorRecord | undefined {
  const isIts = (record: SdrRecord): record is SensorRecord =>
    'sensorType' in record && record.number === event.sensorNumber && record.sensorType === event.sensorType
  const sensors = records.filter(isIts)
  return sensors.find(({ owner }) => owner.id === event.generator.id && owner.lun === event.generator.lun) ?? sensors[0]
}

function describeEvent(event: SelEvent, sensor: SensorRecord | undefined): SelDescription {
  const { eventType, sensorType, isAsserted } = event
  const common = { isAsserted, sensorName: sensor?.name || undefined, sensorType: sensorTypeName(sensorType) }
  const offset = event.data[0] & 0x0f
  const known = stateText(eventType, sensorType, offset)
  if (known === undefined) {
    return { ...common, text: toUnknownText(event), details: [toBytes(Buffer.from(event.data))], severity: 'ok', hasUnexplained: true }
  }
  const severity = toSeverity(event, offset)
  if (eventType === thresholdEvent) {
    return { ...common, text: known, details: [], severity, trigger: toTrigger(event, sensor), hasUnexplained: hasOemBytes(event) }
  }
  return { ...common, text: known, details: toDetails(event), severity, hasUnexplained: hasOemBytes(event) }
}

function toUnknownText({ eventType, sensorType, data: [data1] }: SelEvent): string {
  const offset = data1 & 0x0f
  if (eventType === sensorSpecificEvent) return `State ${offset} of sensor type ${toHex(sensorType)}`
  return eventType >= 0x70 ? `OEM event of type ${toHex(eventType)}` : `State ${offset} of event type ${toHex(eventType)}`
}

const presenceDetected = 'Presence detected'

function toSeverity({ eventType, sensorType, isAsserted }: SelEvent, offset: number): StateSeverity {
  const [state] = decodeStates(eventType, sensorType, 1 << offset)
  if (isAsserted) return state?.severity ?? 'ok'
  // A part that was pulled, not one that recovered.
  return state?.text.toLowerCase() === presenceDetected.toLowerCase() ? 'warning' : 'ok'
}

const meaningOf2 = ({ data: [data1] }: SelEvent): number => data1 >> 6
const meaningOf3 = ({ data: [data1] }: SelEvent): number => (data1 >> 4) & 0x03

function toTrigger(event: SelEvent, sensor: SensorRecord | undefined): SelDescription['trigger'] {
  if (sensor?.kind !== 'full-sensor') return undefined
  const [, data2, data3] = event.data
  const value = meaningOf2(event) === meaning.previousStateOrTrigger ? toValue(sensor, data2) : undefined
  const threshold = meaningOf3(event) === meaning.previousStateOrTrigger ? toValue(sensor, data3) : undefined
  return value === undefined && threshold === undefined ? undefined : { value, threshold, unit: unitName(sensor.units) }
}

function toValue(sensor: FullSensor, raw: number): number | undefined {
  return convertReading(raw, sensor.units.format, sensor.factors)
}

function toDetails(event: SelEvent): readonly string[] {
  const { data, eventType, sensorType } = event
  const [data1, data2, data3] = data
  const offset = data1 & 0x0f
  const specific = (byte: number, role: number) => (role === meaning.sensorSpecific ? byte : undefined)
  const details =
    eventType === sensorSpecificEvent
      ? [...sensorSpecificDetails(sensorType, offset, specific(data2, meaningOf2(event)), specific(data3, meaningOf3(event)))]
      : []
  const before = previousState(event)
  if (before !== undefined) details.push(`was ${before}`)
  if (isOem(data2, meaningOf2(event))) details.push(`data 2: ${toHex(data2)}`)
  if (isOem(data3, meaningOf3(event))) details.push(`data 3: ${toHex(data3)}`)
  return details
}

function previousState(event: SelEvent): string | undefined {
  const before = event.data[1] & 0x0f
  if (meaningOf2(event) !== meaning.previousStateOrTrigger || before === 0x0f) return undefined
  return stateText(event.eventType, event.sensorType, before)
}

function isOem(byte: number, role: number): boolean {
  return role === meaning.oem && byte !== unspecifiedByte
}

function hasOemBytes(event: SelEvent): boolean {
  return isOem(event.data[1], meaningOf2(event)) || isOem(event.data[2], meaningOf3(event))
}

function toBytes(bytes: Buffer): string {
  return bytes.toString('hex').toUpperCase().replace(/(..)(?=.)/g, '$1 ')
}
