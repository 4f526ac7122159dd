import * as z from 'zod/mini'
import { healthLevel, type HealthReason } from './health.ts'

export const sensorKind = z.enum(['temperature', 'fan', 'voltage', 'current', 'power', 'energy', 'humidity', 'percent', 'state', 'other'])
export type SensorKind = z.infer<typeof sensorKind>

/** In what each kind is measured, where it is measured. */
export const usualUnits: Partial<Record<SensorKind, string>> = { temperature: '°C', fan: 'RPM', voltage: 'V', current: 'A', power: 'W', energy: 'J', humidity: '%', percent: '%' }

/** Lower and upper × caution, critical, fatal (IPMI: non-critical, critical, non-recoverable), in the sensor's unit. */
export const thresholds = z.object({
  lowerCaution: z.optional(z.number()),
  lowerCritical: z.optional(z.number()),
  lowerFatal: z.optional(z.number()),
  upperCaution: z.optional(z.number()),
  upperCritical: z.optional(z.number()),
  upperFatal: z.optional(z.number()),
})
export type Thresholds = z.infer<typeof thresholds>

/**
 * One sensor as one sweep saw it. `key` is unique within the node and stays the same from sweep to sweep (names may repeat);
 * `reading` is null when the BMC has no value; `unit` as a person writes it (°C, RPM, %, V, A, W, J); `states` are the
 * words of a discrete sensor; `source` says by which way it came (a Redfish path, or `SDR 0x0012`).
 */
export const sensor = z.object({
  key: z.string(),
  name: z.string(),
  kind: sensorKind,
  reading: z.nullable(z.number()),
  unit: z.nullable(z.string()),
  states: z.optional(z.array(z.string())),
  health: healthLevel,
  thresholds,
  source: z.string(),
})
export type Sensor = z.infer<typeof sensor>

/**
 * What the whole node draws, in watts, as its BMC tells: now, average and peak over `minutes` (of the BMC's own choice; absent where it does
 * not say), the cap that is set, and what the supplies can give.
 */
export const powerDraw = z.object({
  watts: z.number(),
  average: z.optional(z.number()),
  peak: z.optional(z.number()),
  minutes: z.optional(z.number()),
  limit: z.optional(z.number()),
  capacity: z.optional(z.number()),
})
export type PowerDraw = z.infer<typeof powerDraw>

/** A sweep as it is stored. `unread`: what could not be read, in words. `draw` is absent where the BMC tells nothing of it. */
export const sensorSnapshot = z.object({ sensors: z.array(sensor), unread: z.optional(z.array(z.string())), draw: z.optional(powerDraw) })

const limits = [
  ['upperFatal', 'above-fatal', 'critical'],
  ['lowerFatal', 'below-fatal', 'critical'],
  ['upperCritical', 'above-critical', 'critical'],
  ['lowerCritical', 'below-critical', 'critical'],
  ['upperCaution', 'above-caution', 'warning'],
  ['lowerCaution', 'below-caution', 'warning'],
] as const

/** The worst threshold that a reading has reached, as a reason; null when it is within all of them or has no value. */
export function crossed(subject: Pick<Sensor, 'name' | 'reading' | 'unit' | 'thresholds'>): HealthReason | null {
  const { reading } = subject
  if (reading === null) return null
  for (const [name, code, level] of limits) {
    const limit = subject.thresholds[name]
    if (limit === undefined) continue
    if (name.startsWith('upper') ? reading >= limit : reading <= limit) {
      return { level, code, part: subject.name, reading, limit, unit: subject.unit ?? undefined }
    }
  }
  return null
}
