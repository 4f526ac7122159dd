import type { Health, Status } from './status.ts'

export type SensorKind = 'temperature' | 'fan' | 'voltage' | 'current' | 'power' | 'humidity' | 'energy' | 'percent' | 'state'

export type Thresholds = {
  lowerCaution?: number
  lowerCritical?: number
  lowerFatal?: number
  upperCaution?: number
  upperCritical?: number
  upperFatal?: number
}

/** One sensor as one sweep saw it. */
export type Sensor = {
  name: string
  kind: SensorKind
  /** Undefined when the BMC gives none, and for a part that is absent or disabled, whatever number stands there. */
  reading: number | undefined
  /** °C, RPM, %, V, A, W, J, kWh; undefined for a state and for a fan whose BMC names no unit. */
  unit: string | undefined
  thresholds: Thresholds
  health: Health | undefined
  /** Status.State as written. */
  state: string | undefined
  /** The `@odata.id` it came from; unique among the sensors of a sweep and stable from sweep to sweep. */
  source: string
}

export type PowerSupply = {
  name: string
  status: Status
  model: string | undefined
  serial: string | undefined
  capacityWatts: number | undefined
  inputWatts: number | undefined
  outputWatts: number | undefined
  inputVolts: number | undefined
  source: string
}

/** What the node draws. Never a sum: one figure of one source. */
export type PowerDraw = {
  reading: number
  average: number | undefined
  peak: number | undefined
  /** Over which average and peak were taken. */
  minutes: number | undefined
  /** The configured cap. */
  limit: number | undefined
  capacity: number | undefined
  source: string
}

/** A part that has a health but no reading: a redundancy group. */
export type Group = { name: string; status: Status; source: string }

/** What one resource contributes to a sweep. `garbled` names what stands there and cannot be understood. */
export type Part = { sensors: Sensor[]; supplies: PowerSupply[]; groups: Group[]; draw: PowerDraw | undefined; garbled: string[] }

export const EMPTY_PART: Part = { sensors: [], supplies: [], groups: [], draw: undefined, garbled: [] }

/** Thresholds that are all zero stand for none (Supermicro X10 fills in zeros for sensors it cannot read). */
export function toThresholds(given: Record<keyof Thresholds, number | undefined>): Thresholds {
  const entries = Object.entries(given).filter((entry): entry is [string, number] => entry[1] !== undefined)
  return entries.every(([, value]) => value === 0) ? {} : (Object.fromEntries(entries) as Thresholds)
}

/** 0 W, null and less are "not reported": the BMC that answers runs on power itself. */
export function toWatts(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined
}
