import * as z from 'zod'
import { findGarbledProperties } from './garbled.ts'
import { list, nested, number, parseLoose, text } from './loose.ts'
import { toLastSegment } from './path.ts'
import { EMPTY_PART, toThresholds, toWatts, type Part, type PowerDraw, type Sensor, type SensorKind } from './sensor.ts'
import { hasNoReading, status } from './status.ts'

const threshold = nested({ Reading: number })
const sensor = z.object({
  Name: text,
  Reading: number,
  ReadingType: text,
  ReadingUnits: z.string().optional().catch(undefined),
  PhysicalContext: text,
  Status: status,
  Thresholds: nested({
    LowerCaution: threshold,
    LowerCritical: threshold,
    LowerFatal: threshold,
    UpperCaution: threshold,
    UpperCritical: threshold,
    UpperFatal: threshold,
  }),
})
type Entry = z.infer<typeof sensor>

/** Units as firmwares write them (UCUM by DSP0268, and words) → kind and the unit a person reads. */
const UNITS: Record<string, [SensorKind, string]> = {
  cel: ['temperature', '°C'],
  c: ['temperature', '°C'],
  rpm: ['fan', 'RPM'],
  '{rev}/min': ['fan', 'RPM'],
  v: ['voltage', 'V'],
  volts: ['voltage', 'V'],
  a: ['current', 'A'],
  amps: ['current', 'A'],
  w: ['power', 'W'],
  watts: ['power', 'W'],
  j: ['energy', 'J'],
  'kw.h': ['energy', 'kWh'],
  kwh: ['energy', 'kWh'],
  '%': ['percent', '%'],
  percent: ['percent', '%'],
}

/** For a sensor that names no unit: what DSP0268 prescribes for its type. */
const TYPES: Record<string, [SensorKind, string]> = {
  Temperature: ['temperature', '°C'],
  Rotational: ['fan', 'RPM'],
  Voltage: ['voltage', 'V'],
  Current: ['current', 'A'],
  Power: ['power', 'W'],
  EnergyJoules: ['energy', 'J'],
  EnergykWh: ['energy', 'kWh'],
  Humidity: ['humidity', '%'],
  Percent: ['percent', '%'],
}

/** A system's total as its own sensor: `total_power`, "System Board Pwr Consumption", "Sys Power". */
const TOTAL_POWER = /^(?:power[ _])?(?:total|sys(?:tem)?|chassis|node|server)[ _]*(?:board[ _]*)?(?:input[ _]*)?(?:power|pwr)/i

/** A `Sensor` resource (DSP0268). A kind that is not known is left out. */
export function toSensorPart(body: unknown, path: string): Part {
  const entry = parseLoose(sensor, body)
  const meaning = toMeaning(entry, path)
  if (meaning === undefined) return EMPTY_PART
  const [kind, unit] = meaning
  const found: Sensor = {
    name: entry.Name ?? toLastSegment(path),
    kind,
    unit,
    reading: kind === 'state' || hasNoReading(entry.Status) ? undefined : entry.Reading,
    thresholds: toThresholds({
      lowerCaution: entry.Thresholds?.LowerCaution?.Reading,
      lowerCritical: entry.Thresholds?.LowerCritical?.Reading,
      lowerFatal: entry.Thresholds?.LowerFatal?.Reading,
      upperCaution: entry.Thresholds?.UpperCaution?.Reading,
      upperCritical: entry.Thresholds?.UpperCritical?.Reading,
      upperFatal: entry.Thresholds?.UpperFatal?.Reading,
    }),
    health: entry.Status.health,
    state: entry.Status.state,
    source: path,
  }
  return { ...EMPTY_PART, sensors: [found], draw: TOTAL_POWER.test(found.name) ? toDraw(found.reading, path) : undefined }
}

/** The unit is asked before the type: Lenovo calls watts a "Current" and tachometers an "AirFlow". */
function toMeaning(entry: Entry, path: string): [SensorKind, string | undefined] | undefined {
  const unit = entry.ReadingUnits?.trim().toLowerCase()
  // Lenovo's over-temperature flags: a type, an empty unit, and 0 or 1.
  if (unit === '') return ['state', undefined]
  const byUnit = unit !== undefined && Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined
  const byType = entry.ReadingType !== undefined && Object.hasOwn(TYPES, entry.ReadingType) ? TYPES[entry.ReadingType] : undefined
  const found = byUnit?.[0] === 'percent' && byType !== undefined ? byType : (byUnit ?? byType)
  if (found?.[0] !== 'percent') return found
  const isFan = entry.PhysicalContext === 'Fan' || /fan/i.test(`${entry.Name ?? ''} ${toLastSegment(path)}`)
  return isFan ? ['fan', '%'] : found
}

const fan = z.object({ Name: text, Status: status, SpeedPercent: nested({ Reading: number, SpeedRPM: number }) })

/** A `Fan` of `ThermalSubsystem`: one sensor, in RPM where it tells both. */
export function toFanPart(body: unknown, path: string): Part {
  const entry = parseLoose(fan, body)
  const rpm = entry.SpeedPercent?.SpeedRPM
  const reading = hasNoReading(entry.Status) ? undefined : (rpm ?? entry.SpeedPercent?.Reading)
  const found: Sensor = {
    name: entry.Name ?? toLastSegment(path),
    kind: 'fan',
    unit: rpm === undefined ? '%' : 'RPM',
    reading,
    thresholds: {},
    health: entry.Status.health,
    state: entry.Status.state,
    source: path,
  }
  return { ...EMPTY_PART, sensors: [found] }
}

const excerpt = z.object({ DataSourceUri: text, DeviceName: text, Reading: number })
const thermalMetrics = z.object({ TemperatureReadingsCelsius: list })

/** The temperatures of `ThermalMetrics`, for a BMC that has no sensor collection. */
export function toThermalMetricsPart(body: unknown, path: string): Part {
  const sensors = parseLoose(thermalMetrics, body).TemperatureReadingsCelsius.flatMap((raw, at): Sensor[] => {
    const entry = parseLoose(excerpt, raw)
    if (entry.Reading === undefined) return []
    const source = entry.DataSourceUri ?? `${path}#/TemperatureReadingsCelsius/${at}`
    const name = entry.DeviceName ?? (entry.DataSourceUri === undefined ? `Temperature ${at + 1}` : toLastSegment(entry.DataSourceUri))
    const rest = { unit: '°C', thresholds: {}, health: undefined, state: undefined }
    return [{ ...rest, name, kind: 'temperature', reading: entry.Reading, source }]
  })
  return { ...EMPTY_PART, sensors }
}

const environment = z.object({
  PowerWatts: nested({ DataSourceUri: text, Reading: number }),
  PowerLimitWatts: nested({ SetPoint: number, ControlMode: text }),
})

/** The watts of a chassis' `EnvironmentMetrics`. */
export function toEnvironmentPart(body: unknown, path: string): Part {
  const entry = parseLoose(environment, body)
  const source = entry.PowerWatts?.DataSourceUri ?? `${path}#/PowerWatts`
  const draw = toDraw(entry.PowerWatts?.Reading, source)
  if (draw === undefined) return EMPTY_PART
  // Which sensor this is a copy of cannot be understood: as one more it would be that sensor again.
  const garbled = findGarbledProperties((body as { PowerWatts?: unknown }).PowerWatts, { DataSourceUri: 'word' })
  const found: Sensor = {
    name: 'Power consumption',
    kind: 'power',
    unit: 'W',
    reading: draw.reading,
    thresholds: {},
    health: undefined,
    state: undefined,
    source,
  }
  const sensors = garbled.length > 0 ? [] : [found]
  return { ...EMPTY_PART, sensors, garbled: garbled.map((property) => `${property} is no place`), draw: { ...draw, limit: toLimit(entry.PowerLimitWatts) } }
}

/** A set point that nothing is held to is no cap (DSP0268, Control.ControlMode). */
const toLimit = (limit: z.infer<typeof environment>['PowerLimitWatts']) => (limit?.ControlMode === 'Disabled' ? undefined : toWatts(limit?.SetPoint))

function toDraw(watts: number | undefined, source: string): PowerDraw | undefined {
  const reading = toWatts(watts)
  return reading === undefined ? undefined : { reading, average: undefined, peak: undefined, minutes: undefined, limit: undefined, capacity: undefined, source }
}
