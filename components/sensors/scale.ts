import type { Sensor } from '#lib/domain/sensor.ts'

/** A threshold bar in fractions of its length: coloured stretches, and where the reading stands. */
export type Scale = {
  zones: { from: number; to: number; level: 'warning' | 'critical' }[]
  tick: number | null
}

type Subject = Pick<Sensor, 'kind' | 'reading' | 'thresholds' | 'unit'>

const isNumber = (value: number | null | undefined): value is number => typeof value === 'number' && Number.isFinite(value)
const numbers = (values: readonly (number | null | undefined)[]) => values.filter(isNumber)

/** The ends of the bar, in the sensor's unit. `peerMax` lets bars of one group (fans) share a length. */
export function toBounds({ kind, reading, thresholds, unit }: Subject, peerMax?: number): { min: number; max: number } {
  const lower = numbers([thresholds.lowerCaution, thresholds.lowerCritical, thresholds.lowerFatal])
  const upper = numbers([thresholds.upperCaution, thresholds.upperCritical, thresholds.upperFatal])
  if (kind === 'voltage' && lower.length > 0 && upper.length > 0) return toAround(Math.min(...lower), Math.max(...upper))
  if (unit === '%') return { min: 0, max: 100 }
  const least = kind === 'temperature' ? 20 : 1
  const highest = Math.max(least, ...upper, ...numbers([reading]), ...numbers([peerMax]))
  const ceiling = kind === 'temperature' && upper.length === 0 ? Math.max(100, highest) : highest * (upper.length === 0 ? 1.15 : 1.08)
  return { min: Math.min(0, ...numbers([reading])), max: ceiling }
}

function toAround(low: number, high: number): { min: number; max: number } {
  const margin = Math.max((high - low) * 0.15, Math.abs(high) * 0.01, 1e-6)
  return { min: low - margin, max: high + margin }
}

/** Draws thresholds: each side's caution zone reaches to critical, and critical to the end of the bar. */
export function toScale(subject: Subject, peerMax?: number): Scale {
  const { min, max } = toBounds(subject, peerMax)
  const { reading, thresholds } = subject
  const at = (value: number) => Math.min(1, Math.max(0, (value - min) / (max - min)))
  const zones: Scale['zones'] = []
  const add = (from: number, to: number, level: 'warning' | 'critical') => {
    if (at(to) > at(from)) zones.push({ from: at(from), to: at(to), level })
  }
  const lowCritical = numbers([thresholds.lowerCritical, thresholds.lowerFatal])
  const highCritical = numbers([thresholds.upperCritical, thresholds.upperFatal])
  const lowEnd = lowCritical.length > 0 ? Math.max(...lowCritical) : null
  const highEnd = highCritical.length > 0 ? Math.min(...highCritical) : null
  if (lowEnd !== null) add(min, lowEnd, 'critical')
  if (thresholds.lowerCaution !== undefined) add(lowEnd ?? min, thresholds.lowerCaution, 'warning')
  if (thresholds.upperCaution !== undefined) add(thresholds.upperCaution, highEnd ?? max, 'warning')
  if (highEnd !== null) add(highEnd, max, 'critical')
  return { zones, tick: reading === null ? null : at(reading) }
}

/** How many decimals a reading is told with: as many as its size needs, never more than the BMC could mean. */
export function decimalsOf({ kind, reading }: Pick<Sensor, 'kind' | 'reading'>): number {
  if (reading === null || Number.isInteger(reading)) return 0
  if (kind === 'voltage' || kind === 'current') return Math.abs(reading) < 100 ? 2 : 1
  return Math.abs(reading) < 1000 ? 1 : 0
}
