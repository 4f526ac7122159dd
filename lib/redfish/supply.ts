import * as z from 'zod'
import { findGarbledProperties } from './garbled.ts'
import { link, nested, number, parseLoose, text } from './loose.ts'
import { EMPTY_PART, toWatts, type Part, type PowerSupply, type Sensor } from './sensor.ts'
import { isMissing, status } from './status.ts'
import { toSupplyPlace } from './supply-place.ts'

const supply = z.object({ Name: text, Status: status, Model: text, SerialNumber: text, PowerCapacityWatts: number, Metrics: link })
const excerpt = nested({ Reading: number })
const metrics = z.object({ InputVoltage: excerpt, InputCurrentAmps: excerpt, InputPowerWatts: excerpt, OutputPowerWatts: excerpt })
const FIGURES = ['InputVoltage', 'InputCurrentAmps', 'InputPowerWatts', 'OutputPowerWatts']

/** The link to a supply's metrics, where there is one; what those of an empty bay say (iDRAC: 0 W) is no reading. */
export function readMetricsLink(body: unknown): string | undefined {
  const { Status, Metrics } = parseLoose(supply, body)
  return isMissing(Status) ? undefined : Metrics
}

/** A supply of `PowerSubsystem` (DSP0268 PowerSupply), named by its place where its own name says nothing. */
export function toSupplyPart(body: unknown, path: string, place: number, isOnlyName: boolean): Part {
  const entry = parseLoose(supply, body)
  const found: PowerSupply = {
    name: entry.Name !== undefined && isOnlyName ? entry.Name : `Power supply ${toSupplyPlace(body, place)}`,
    status: entry.Status,
    model: entry.Model,
    serial: entry.SerialNumber,
    capacityWatts: toWatts(entry.PowerCapacityWatts),
    inputWatts: undefined,
    outputWatts: undefined,
    inputVolts: undefined,
    source: path,
  }
  return { ...EMPTY_PART, supplies: [found], sensors: toSupplySensors(found) }
}

/** Input and output of one supply, from its `Metrics`. */
export function toSupplyMetricsPart(body: unknown, path: string, name: string): Part {
  const entry = parseLoose(metrics, body)
  const values = [
    ['input power', 'power', 'W', toWatts(entry.InputPowerWatts?.Reading), 'InputPowerWatts'],
    ['output power', 'power', 'W', entry.OutputPowerWatts?.Reading, 'OutputPowerWatts'],
    ['input voltage', 'voltage', 'V', entry.InputVoltage?.Reading, 'InputVoltage'],
    ['input current', 'current', 'A', entry.InputCurrentAmps?.Reading, 'InputCurrentAmps'],
  ] as const
  const sensors = values.flatMap(([what, kind, unit, value, property]): Sensor[] => {
    if (value === undefined) return []
    const base = { thresholds: {}, health: undefined, state: undefined }
    return [{ ...base, name: `${name} ${what}`, kind, unit, reading: value, source: `${path}#/${property}` }]
  })
  return { ...EMPTY_PART, sensors, garbled: findGarbledExcerpts(body) }
}

/** Figures that are told and are nonsense, whole or in their `Reading`. */
function findGarbledExcerpts(body: unknown): string[] {
  const given = (body ?? {}) as Record<string, unknown>
  const isOdd = (property: string) =>
    findGarbledProperties(given, { [property]: 'object' }).length > 0 || findGarbledProperties(given[property], { Reading: 'word' }).length > 0
  return FIGURES.filter(isOdd).map((property) => `${property} cannot be understood`)
}

/** One state sensor per supply, and one per figure it gives. */
export function toSupplySensors(supply: PowerSupply): Sensor[] {
  const { name, source } = supply
  const state: Sensor = {
    name,
    kind: 'state',
    reading: undefined,
    unit: undefined,
    thresholds: {},
    health: supply.status.health,
    state: supply.status.state,
    source,
  }
  if (isMissing(supply.status)) return [state]
  const figures = [
    ['input power', 'power', 'W', supply.inputWatts],
    ['output power', 'power', 'W', supply.outputWatts],
    ['input voltage', 'voltage', 'V', supply.inputVolts],
  ] as const
  const sensors = figures.flatMap(([what, kind, unit, reading]): Sensor[] =>
    reading === undefined
      ? []
      : [{ ...state, name: `${name} ${what}`, kind, unit, reading, health: undefined, source: `${source}/${what}` }],
  )
  return [state, ...sensors]
}
