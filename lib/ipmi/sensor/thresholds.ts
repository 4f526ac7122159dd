import type { FullSensor, RawThresholds } from '../sdr/sensor-record.ts'
import { convertReading } from './convert.ts'

/** In the order of the bits of Get Sensor Thresholds and of Get Sensor Reading. */
const thresholdNames = [
  'lowerNonCritical',
  'lowerCritical',
  'lowerNonRecoverable',
  'upperNonCritical',
  'upperCritical',
  'upperNonRecoverable',
] as const
export type ThresholdName = (typeof thresholdNames)[number]

/** In the sensor's unit; a threshold that does not exist is absent. */
export type Thresholds = Partial<Record<ThresholdName, number>>

export type ThresholdState = 'ok' | 'non-critical' | 'critical' | 'non-recoverable'

/** What equal bytes of one record came to, frozen: machines of one model share their records, and say the same. */
const converted = new WeakMap<FullSensor, Map<string, Thresholds>>()
/** More would be a BMC that says something else each time. */
const convertedAtMost = 16

export function convertThresholds(sensor: FullSensor, raw: RawThresholds): Thresholds {
  const known = converted.get(sensor) ?? new Map<string, Thresholds>()
  converted.set(sensor, known)
  const key = `${raw.mask} ${raw.values.join(' ')}`
  const thresholds = known.get(key) ?? Object.freeze(convert(sensor, raw))
  if (known.size < convertedAtMost) known.set(key, thresholds)
  return thresholds
}

function convert(sensor: FullSensor, raw: RawThresholds): Thresholds {
  const thresholds: Thresholds = {}
  thresholdNames.forEach((name, bit) => {
    if ((raw.mask & (1 << bit)) === 0) return
    const value = convertReading(raw.values[bit]!, sensor.units.format, sensor.factors)
    if (value !== undefined) thresholds[name] = value
  })
  return thresholds
}

/** The worst threshold that the BMC itself reports as passed. */
export function thresholdState(states: number): ThresholdState {
  if (states & 0b100100) return 'non-recoverable'
  if (states & 0b010010) return 'critical'
  if (states & 0b001001) return 'non-critical'
  return 'ok'
}
