import * as z from 'zod'
import { readLinked, readMembers, toGarbled } from './collection.ts'
import { toPowerPart } from './legacy-power.ts'
import { toThermalPart } from './legacy-thermal.ts'
import type { RedfishError } from './errors.ts'
import type { Expansion } from './expansion.ts'
import { link, parseLoose, text } from './loose.ts'
import { mapBounded } from './map-bounded.ts'
import type { Part, SensorKind } from './sensor.ts'
import { toEnvironmentPart, toFanPart, toSensorPart, toThermalMetricsPart } from './sensor-resource.ts'
import type { RedfishModel } from './model.ts'
import type { RedfishSession } from './session.ts'
import { readMetricsLink, toSupplyMetricsPart, toSupplyPart } from './supply.ts'
import { leaveOutRepeats } from './told-twice.ts'
import type { ChassisLinks, Tree } from './tree.ts'

const MAX_SENSORS_PER_CHASSIS = 512
/** Over all chassis: a tree that claims more is cut off here, not followed for hours. */
const MAX_RESOURCES = 1024
const MAX_FANS = 64
const MAX_SUPPLIES = 32

/** A resource that a sweep reads, and what its body means. */
export type Source = {
  path: string
  /** The collection that it is a member of: there it may come together with others. */
  owner: string | undefined
  chassis: ChassisLinks
  /** Which source of the node's watts is believed first: lower before higher. */
  drawRank: number
  toPart(body: unknown): Part
}

/** The sources of a BMC's sensors, and what could not be read while they were looked for. */
export type SensorPlan = { sources: readonly Source[]; failures: readonly RedfishError[] }

/** A source with the body that made it one, so that the first sweep reads nothing twice. */
export type Found = { source: Source; body: unknown }

/** EnvironmentMetrics, then a sensor of the total, then the legacy document. */
export const DRAW_RANK = { environment: 1, sensor: 2, powerControl: 3 }

/**
 * Finds the resources that hold this BMC's sensors. The legacy documents give a whole chassis in two requests, so they are taken
 * where they have something; the newer resources, one request per sensor, fill in what the legacy ones lack. The same quantity is
 * therefore never read twice. What has no reading now (an empty document) is not read again until the structure is.
 */
export async function planSensors({ session, expansion }: Pick<RedfishModel, 'session' | 'expansion'>, tree: Tree): Promise<{ found: Found[]; failures: RedfishError[] }> {
  // What the walk of the tree missed may have had sensors.
  const failures: RedfishError[] = [...tree.failures]
  const budget = { left: MAX_RESOURCES }
  const perChassis = await mapBounded(tree.chassis, (chassis) => planChassis({ session, expansion, chassis, failures, budget }))
  return { found: leaveOutRepeats(perChassis.flat(), tree.chassis), failures }
}

/** What planning one chassis needs everywhere. */
type Scope = { session: RedfishSession; expansion: Expansion; chassis: ChassisLinks; failures: RedfishError[]; budget: { left: number } }

async function planChassis(scope: Scope): Promise<Found[]> {
  const { chassis } = scope
  const [thermal, power, environment] = await Promise.all([
    readSource(scope, chassis.thermal, DRAW_RANK.sensor, toThermalPart),
    readSource(scope, chassis.power, DRAW_RANK.powerControl, toPowerPart),
    readSource(scope, chassis.environmentMetrics, DRAW_RANK.environment, toEnvironmentPart),
  ])
  const legacy = [...thermal, ...power]
  const covered = toKinds(legacy)
  const lacksThermal = !covered.has('temperature') && !covered.has('fan')
  const lacksSupplies = power.every(({ source, body }) => source.toPart(body).supplies.length === 0)
  const newer = await Promise.all([
    lacksThermal ? planModernSensors(scope, covered) : [],
    lacksSupplies ? planSupplies(scope) : [],
  ])
  // The watts of EnvironmentMetrics are a copy of one of the sensors: where that is read, the copy only ranks it first.
  return [...legacy, ...newer.flat(), ...environment]
}

async function planModernSensors(scope: Scope, covered: Set<SensorKind>): Promise<Found[]> {
  const { session, chassis, failures } = scope
  const paths = await readMembers(session, chassis.sensors, MAX_SENSORS_PER_CHASSIS, failures)
  const sensors = await readSources(scope, chassis.sensors, paths, toSensorPart)
  const wanted = sensors.filter((found) => [...toKinds([found])].every((kind) => isSwept(kind) && !covered.has(kind)))
  const kinds = toKinds(wanted)
  const body = chassis.thermalSubsystem && (await readLinked(session, chassis.thermalSubsystem, failures))
  const subsystem = parseLoose(thermalSubsystem, body)
  const fanPaths = kinds.has('fan') ? [] : await readMembers(session, subsystem.Fans, MAX_FANS, failures)
  const fans = await readSources(scope, subsystem.Fans, fanPaths, toFanPart)
  const metricsPath = kinds.has('temperature') ? undefined : subsystem.ThermalMetrics
  return [...wanted, ...fans, ...(await readSource(scope, metricsPath, DRAW_RANK.sensor, toThermalMetricsPart))]
}

/** Utilisation in percent is no sensor of the hardware, and a GPU node has hundreds of them. */
function isSwept(kind: SensorKind): boolean {
  return kind !== 'percent'
}

const thermalSubsystem = z.object({ Fans: link, ThermalMetrics: link })
const powerSubsystem = z.object({ PowerSupplies: link })
const named = z.object({ Name: text })

async function planSupplies(scope: Scope): Promise<Found[]> {
  const { session, expansion, chassis, failures } = scope
  if (chassis.powerSubsystem === undefined) return []
  const collection = parseLoose(powerSubsystem, await readLinked(session, chassis.powerSubsystem, failures)).PowerSupplies
  const paths = await readMembers(session, collection, MAX_SUPPLIES, failures)
  const together = await expansion.read(collection, paths)
  const bodies = await mapBounded(paths, async (path) => together.get(path) ?? (await readLinked(session, path, failures)))
  const names = bodies.map((body) => parseLoose(named, body).Name)
  const planned = await mapBounded(bodies, async (body, index): Promise<Found[]> => {
    if (body === undefined) return []
    const isOnlyName = names.indexOf(names[index]) === names.lastIndexOf(names[index])
    const path = paths[index]!
    const toPart = (fresh: unknown) => toSupplyPart(fresh, path, index + 1, isOnlyName)
    const supply: Source = { path, owner: collection, chassis, drawRank: DRAW_RANK.sensor, toPart }
    const { supplies } = supply.toPart(body)
    const name = supplies[0]?.name ?? `Power supply ${index + 1}`
    const toMetrics = (fresh: unknown, from: string) => toSupplyMetricsPart(fresh, from, name)
    const metrics = await readSource(scope, readMetricsLink(body), DRAW_RANK.sensor, toMetrics)
    const found: Found[] = [{ source: supply, body }]
    return found.concat(metrics)
  })
  return planned.flat()
}

type ToPart = (body: unknown, path: string) => Part

/** The members of a collection as sources. */
async function readSources(scope: Scope, owner: string | undefined, paths: readonly string[], toPart: ToPart): Promise<Found[]> {
  const together = await scope.expansion.read(owner, paths)
  const found = await mapBounded(paths, (path) => readSource(scope, path, DRAW_RANK.sensor, toPart, { owner, body: together.get(path) }))
  return found.flat()
}

/** The resource as a source, when it is there and has something to tell. */
async function readSource(
  { session, chassis, failures, budget }: Scope,
  path: string | undefined,
  drawRank: number,
  toPart: ToPart,
  member?: { owner: string | undefined; body: unknown },
): Promise<Found[]> {
  if (path === undefined || budget.left-- <= 0) return []
  const body = member?.body ?? (await readLinked(session, path, failures))
  const source: Source = { path, owner: member?.owner, chassis, drawRank, toPart: (fresh) => toPart(fresh, path) }
  const part = source.toPart(body)
  if (body !== undefined && part.sensors.length + part.supplies.length + part.groups.length > 0) return [{ source, body }]
  failures.push(...part.garbled.map((text) => toGarbled(session, path, text)))
  return []
}

function toKinds(found: Found[]): Set<SensorKind> {
  return new Set(found.flatMap(({ source, body }) => source.toPart(body).sensors.map((sensor) => sensor.kind)))
}
