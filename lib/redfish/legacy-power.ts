import * as z from 'zod'
import { toFact } from './fact.ts'
import { findGarbledProperties, type Expected } from './garbled.ts'
import { findGarbled, findNameless, legacyEntry, readEntries, toGroups, toSensor } from './legacy-thermal.ts'
import { list, nested, number, parseLoose, text } from './loose.ts'
import { EMPTY_PART, toWatts, type Part, type PowerDraw, type PowerSupply, type Sensor } from './sensor.ts'
import { toSupplySensors } from './supply.ts'
import { toSupplyPlace } from './supply-place.ts'

const voltage = legacyEntry.extend({ ReadingVolts: number })
const supply = legacyEntry.extend({
  Model: text,
  SerialNumber: text,
  PowerCapacityWatts: number,
  PowerInputWatts: number,
  PowerOutputWatts: number,
  LastPowerOutputWatts: number,
  LineInputVoltage: number,
})
const control = legacyEntry.extend({
  PowerConsumedWatts: number,
  PowerCapacityWatts: number,
  PowerMetrics: nested({ AverageConsumedWatts: number, MaxConsumedWatts: number, IntervalInMin: number }),
  PowerLimit: nested({ LimitInWatts: number }),
})
const power = z.object({ Voltages: list, PowerSupplies: list, PowerControl: list, Redundancy: list })

/** Voltages, supplies, redundancy and watts of a `Power` document at `path`. */
export function toPowerPart(body: unknown, path: string): Part {
  const document = parseLoose(power, body)
  // What has neither a name nor a number may as well be a signal, for all that is known.
  const told = readEntries(document.Voltages, voltage, path, 'Voltages').filter(({ entry }) => entry.Name !== undefined || entry.ReadingVolts !== undefined)
  const voltages = told.map(({ entry, source }) => toVoltage(entry, source))
  const supplies = toSupplies(document.PowerSupplies, path)
  const controls = readEntries(document.PowerControl, control, path, 'PowerControl')
  return {
    ...EMPTY_PART,
    sensors: [...voltages, ...supplies.flatMap(toSupplySensors), ...controls.map(({ entry, source }) => toControlSensor(entry, source))],
    supplies,
    groups: toGroups(document.Redundancy, path),
    // The first entry is the system; others are parts of it (Lenovo: CPUs, memory), so they are never added.
    draw: controls[0] === undefined ? undefined : toDraw(controls[0].entry, controls[0].source),
    garbled: [
      ...findGarbled(body, ['Voltages', 'PowerSupplies', 'PowerControl', 'Redundancy']),
      ...findNameless(document.Voltages, voltage, 'Voltages', 'ReadingVolts'),
      ...findGarbledFigures(document.PowerSupplies),
    ],
  }
}

/** iDRAC lists its power-good signals among the voltages, as 1 "volt": those are states. */
function toVoltage(entry: z.infer<typeof voltage>, source: string): Sensor {
  // Its id ends alike: `…%23CPU1VCOREPG`, `…%23SystemBoardPS1PGFail`.
  const isNamedSo = entry.Name === undefined ? /[A-Z\d]PG(?:Fail|FAIL)?$/.test(source) : /\bPG\b/.test(entry.Name)
  const isPowerGood = isNamedSo && (entry.ReadingVolts ?? 1) <= 1
  if (isPowerGood) return toSensor(entry, source, 'Power good', { kind: 'state', unit: undefined, reading: undefined })
  return toSensor(entry, source, 'Voltage', { kind: 'voltage', unit: 'V', reading: entry.ReadingVolts })
}

function toSupplies(entries: unknown[], path: string): PowerSupply[] {
  const read = readEntries(entries, supply, path, 'PowerSupplies').filter(({ entry }) => saysAnything(entry))
  const names = read.map(({ entry }) => entry.Name)
  // HPE gives every supply the same name.
  const isOnly = (name: string | undefined) => names.indexOf(name) === names.lastIndexOf(name)
  return read.map(({ entry, source, at }) => ({
    name: entry.Name !== undefined && isOnly(entry.Name) ? entry.Name : `Power supply ${toSupplyPlace(entries[at], at + 1)}`,
    status: entry.Status,
    model: entry.Model,
    serial: entry.SerialNumber,
    capacityWatts: toWatts(entry.PowerCapacityWatts),
    inputWatts: toWatts(entry.PowerInputWatts),
    outputWatts: entry.PowerOutputWatts ?? toLastOutput(entry),
    inputVolts: entry.LineInputVoltage,
    source,
  }))
}

/** A node whose supplies another controller has may list entries of nothing but the name "nil" (Gigabyte). */
function saysAnything({ Name, Model, SerialNumber, Status, ...figures }: z.infer<typeof supply>): boolean {
  const { '@odata.id': _, ...told } = figures
  return [toFact(Name), toFact(Model), toFact(SerialNumber), Status.state, Status.health, ...Object.values(told)].some((value) => value !== undefined)
}

const FIGURES: Readonly<Record<string, Expected>> = { PowerInputWatts: 'word', PowerOutputWatts: 'word', LineInputVoltage: 'word' }

/** Figures of a supply that are told and are nonsense: each is a sensor of its own, which would be gone without a word. */
function findGarbledFigures(entries: readonly unknown[]): string[] {
  return [...new Set(entries.flatMap((entry) => findGarbledProperties(entry, FIGURES)))].map((property) => `${property} of a supply cannot be understood`)
}

/** iDRAC 7 to 9 repeat the capacity as the "last output": where that is not told, nobody knows which of the two it is. */
function toLastOutput(entry: z.infer<typeof supply>): number | undefined {
  const { LastPowerOutputWatts: last, PowerCapacityWatts: capacity } = entry
  return capacity === undefined || last === capacity ? undefined : last
}

/**
 * A PowerControl is a meter and a cap, no part of the hardware: what its health says counts only where it says that it is enabled. A cap that
 * is switched off calls itself Critical (Gigabyte), which must not become a fault where its state is not told.
 */
function toControlSensor(entry: z.infer<typeof control>, source: string): Sensor {
  const sensor = toSensor(entry, source, 'Power consumption', { kind: 'power', unit: 'W', reading: toWatts(entry.PowerConsumedWatts) })
  return { ...sensor, health: entry.Status.state === 'Enabled' ? sensor.health : undefined }
}

function toDraw(entry: z.infer<typeof control>, source: string): PowerDraw | undefined {
  const reading = toWatts(entry.PowerConsumedWatts)
  if (reading === undefined) return undefined
  return {
    reading,
    average: toWatts(entry.PowerMetrics?.AverageConsumedWatts),
    peak: toWatts(entry.PowerMetrics?.MaxConsumedWatts),
    minutes: toWatts(entry.PowerMetrics?.IntervalInMin),
    limit: toWatts(entry.PowerLimit?.LimitInWatts),
    capacity: toWatts(entry.PowerCapacityWatts),
    source,
  }
}
