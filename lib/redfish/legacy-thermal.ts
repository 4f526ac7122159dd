import * as z from 'zod'
import { findGarbledProperties } from './garbled.ts'
import { link, list, number, parseLoose, text } from './loose.ts'
import { EMPTY_PART, toThresholds, type Group, type Part, type Sensor } from './sensor.ts'
import { hasNoReading, status } from './status.ts'

/** The id of an entry within its document, as far as it is a place on this BMC; the fragment is what tells entries apart. */
const fragment = text.transform((id) => (link.parse(id) === undefined ? undefined : id))

/** What the entries of the legacy Thermal and Power documents (DSP0268, deprecated in 2020.4, still in most BMCs) share. */
export const legacyEntry = z.object({
  '@odata.id': fragment,
  Name: text,
  FanName: text,
  Status: status,
  UpperThresholdNonCritical: number,
  UpperThresholdCritical: number,
  UpperThresholdFatal: number,
  LowerThresholdNonCritical: number,
  LowerThresholdCritical: number,
  LowerThresholdFatal: number,
})
type LegacyEntry = z.infer<typeof legacyEntry>

const temperature = legacyEntry.extend({ ReadingCelsius: number })
const fan = legacyEntry.extend({ Reading: number, ReadingRPM: number, CurrentReading: number, ReadingUnits: text, Units: text })
const thermal = z.object({ Temperatures: list, Fans: list, Redundancy: list })

/** Temperatures, fans and fan redundancy of a `Thermal` document at `path`. */
export function toThermalPart(body: unknown, path: string): Part {
  const document = parseLoose(thermal, body)
  // What has neither a name nor a number is no sensor (Cray fills its list up with such).
  const told = readEntries(document.Temperatures, temperature, path, 'Temperatures').filter(
    ({ entry }) => entry.Name !== undefined || entry.ReadingCelsius !== undefined,
  )
  const temperatures = told.map(({ entry, source }) =>
    toSensor(entry, source, 'Temperature', { kind: 'temperature', unit: '°C', reading: entry.ReadingCelsius }),
  )
  const fans = readEntries(document.Fans, fan, path, 'Fans').map(({ entry, source }) => {
    const reading = entry.Reading ?? entry.CurrentReading ?? entry.ReadingRPM
    return toSensor(entry, source, 'Fan', { kind: 'fan', unit: toFanUnit(entry, reading), reading })
  })
  const garbled = [...findGarbled(body, ['Temperatures', 'Fans', 'Redundancy']), ...findNameless(document.Temperatures, temperature, 'Temperatures', 'ReadingCelsius')]
  return { ...EMPTY_PART, sensors: [...temperatures, ...fans], groups: toGroups(document.Redundancy, path), garbled }
}

/** A name that is nonsense where there is no number either: then nobody knows whether there is a sensor, and of which kind. */
export function findNameless<Shape extends z.ZodRawShape>(entries: readonly unknown[], schema: z.ZodObject<Shape>, list: string, reading: keyof Shape): string[] {
  const odd = entries.filter((entry) => findGarbledProperties(entry, { Name: 'word' }).length > 0 && (parseLoose(schema, entry) as Record<keyof Shape, unknown>)[reading] === undefined)
  return odd.length === 0 ? [] : [`the name of ${odd.length} of ${entries.length} ${list} cannot be understood`]
}

function toFanUnit(entry: z.infer<typeof fan>, reading: number | undefined): string | undefined {
  const unit = entry.ReadingUnits ?? entry.Units
  if (unit !== undefined && /^rpm$/i.test(unit)) return 'RPM'
  if (unit !== undefined && /^(?:percent|%)$/i.test(unit)) return '%'
  if (entry.ReadingRPM !== undefined) return 'RPM'
  // Without a unit only a figure that cannot be a percentage tells what it is.
  return reading !== undefined && reading > 100 ? 'RPM' : undefined
}

export function toSensor(
  entry: LegacyEntry,
  source: string,
  fallbackName: string,
  value: Pick<Sensor, 'kind' | 'unit' | 'reading'>,
): Sensor {
  return {
    name: entry.Name ?? entry.FanName ?? fallbackName,
    ...value,
    reading: hasNoReading(entry.Status) ? undefined : value.reading,
    thresholds: toThresholds({
      lowerCaution: entry.LowerThresholdNonCritical,
      lowerCritical: entry.LowerThresholdCritical,
      lowerFatal: entry.LowerThresholdFatal,
      upperCaution: entry.UpperThresholdNonCritical,
      upperCritical: entry.UpperThresholdCritical,
      upperFatal: entry.UpperThresholdFatal,
    }),
    health: entry.Status.health,
    state: entry.Status.state,
    source,
  }
}

/** Redundancy groups: they have a health of their own, e.g. "two of four supplies". */
export function toGroups(entries: unknown[], path: string): Group[] {
  return readEntries(entries, legacyEntry, path, 'Redundancy').map(({ entry, source }) => ({
    name: entry.Name ?? 'Redundancy',
    status: entry.Status,
    source,
  }))
}

/** Which of these lists of a document are none, or hold what is no entry. One that is missing or null is merely not told. */
export function findGarbled(body: unknown, properties: readonly string[]): string[] {
  return properties.flatMap((property) => {
    const given = (body as Record<string, unknown> | undefined)?.[property] ?? []
    if (!Array.isArray(given)) return [`${property} is no list`]
    const strange = given.filter((entry) => typeof entry !== 'object' || entry === null || Array.isArray(entry)).length
    return strange === 0 ? [] : [`${strange} of ${given.length} ${property} are no entries`]
  })
}

/** The entries of an array that are objects, each with an id of its own: iDRAC 7 has no `@odata.id` here, others repeat one. */
export function readEntries<Shape extends z.ZodRawShape>(
  entries: unknown[],
  schema: z.ZodObject<Shape>,
  path: string,
  property: string,
): { entry: z.infer<z.ZodObject<Shape>>; source: string; at: number }[] {
  const seen = new Set<string>()
  return entries.flatMap((raw, at) => {
    const parsed = schema.safeParse(raw)
    if (!parsed.success) return []
    const given = (parsed.data as { '@odata.id'?: string })['@odata.id']
    const source = given === undefined || given === path || seen.has(given) ? `${path}#/${property}/${at}` : given
    seen.add(source)
    return [{ entry: parsed.data, source, at }]
  })
}
