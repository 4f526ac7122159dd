import { LOCAL_FAILURES, mayPass, toGarbled } from './collection.ts'
import { isRedfishError, type RedfishError } from './errors.ts'
import { mapBounded } from './map-bounded.ts'
import type { RedfishModel } from './model.ts'
import type { Group, Part, PowerDraw, PowerSupply, Sensor } from './sensor.ts'
import { DRAW_RANK, planSensors, type SensorPlan, type Source } from './sensor-plan.ts'
import { readSpelled } from './spelling.ts'

/** All that one sweep saw. */
export type SensorSweep = {
  sensors: Sensor[]
  supplies: PowerSupply[]
  groups: Group[]
  /** What the node draws; undefined when the BMC does not report it. */
  draw: PowerDraw | undefined
  /** What could not be read or understood; the rest of the sweep stands. */
  failures: RedfishError[]
}

type Read = { source: Source; part: Part; garbled: RedfishError[] } | { source: Source; error: RedfishError }

const running = new WeakMap<RedfishModel, Promise<SensorSweep>>()

/**
 * Reads every sensor of the BMC. One sweep at a time: who asks during a slow one shares it, so that impatient pollers do not pile
 * up on a BMC that cannot keep up. The first sweep finds the sources; later ones read these alone. When one has gone (404: a part
 * was removed, the firmware updated) the structure is read anew, once per sweep. Throws what concerns the whole BMC, and when
 * not one source could be read.
 */
export function readSensors(model: RedfishModel): Promise<SensorSweep> {
  const shared = running.get(model)
  if (shared !== undefined) return shared
  const sweep = readSweep(model).finally(() => running.delete(model))
  running.set(model, sweep)
  return sweep
}

async function readSweep(model: RedfishModel): Promise<SensorSweep> {
  const plan = model.sensorPlan()
  if (plan === undefined) return await sweepAnew(model)
  const together = await readTogether(model, plan.sources)
  const reads = await mapBounded(plan.sources, (source) => readAgain(model, source, together.get(source.path)))
  const hasGone = reads.some((read) => 'error' in read && read.error.kind === 'not-found')
  if (!hasGone) return withFailures(merge(reads), plan)
  model.forget()
  return await sweepAnew(model)
}

async function sweepAnew(model: RedfishModel): Promise<SensorSweep> {
  const { found, failures } = await planSensors(model, await model.tree())
  const plan = { sources: found.map(({ source }) => source), failures }
  model.keepSensorPlan(plan)
  const sweep = merge(found.map(({ source, body }) => toRead(model, source, body)))
  const blocking = failures.find(mayPass)
  if (found.length === 0 && blocking !== undefined) throw blocking
  return withFailures(sweep, plan)
}

const withFailures = (sweep: SensorSweep, plan: SensorPlan): SensorSweep => ({ ...sweep, failures: [...plan.failures, ...sweep.failures] })

function toRead({ session }: RedfishModel, source: Source, body: unknown): Read {
  const part = source.toPart(body)
  return { source, part, garbled: part.garbled.map((text) => toGarbled(session, source.path, text)) }
}

/** What collections of many sources give in one answer each. */
async function readTogether({ expansion }: RedfishModel, sources: readonly Source[]): Promise<Map<string, unknown>> {
  const owners = [...new Set(sources.map(({ owner }) => owner))]
  const membersOf = (owner: string | undefined) => sources.filter((one) => one.owner === owner).map(({ path }) => path)
  const found = await mapBounded(owners, (owner) => expansion.read(owner, membersOf(owner)))
  return new Map(found.flatMap((bodies) => [...bodies]))
}

async function readAgain(model: RedfishModel, source: Source, body: unknown): Promise<Read> {
  try {
    return toRead(model, source, body ?? (await readSpelled(model.session, source.path)).body)
  } catch (error) {
    if (isRedfishError(error, ...LOCAL_FAILURES)) return { source, error }
    throw error
  }
}

function merge(reads: Read[]): SensorSweep {
  const parts = reads.flatMap((read) => ('part' in read ? [read] : []))
  const failures = reads.flatMap((read) => ('error' in read ? [read.error] : read.garbled))
  if (parts.length === 0 && failures[0] !== undefined) throw failures[0]
  return {
    sensors: toDistinct(parts.flatMap(({ part }) => part.sensors)),
    supplies: toDistinct(parts.flatMap(({ part }) => part.supplies)),
    groups: toDistinct(parts.flatMap(({ part }) => part.groups)),
    draw: chooseDraw(parts),
    failures,
  }
}

function toDistinct<T extends { source: string }>(items: T[]): T[] {
  return [...new Map(items.toReversed().map((item) => [item.source, item])).values()].toReversed()
}

/** The watts of the best source; average, peak and cap of one meter, which another document of the same chassis may tell. */
function withRest(best: PowerDraw, all: readonly PowerDraw[]): PowerDraw {
  const meter = all.find(({ average, peak }) => average !== undefined || peak !== undefined) ?? best
  const told = (key: 'limit' | 'capacity') => all.find((one) => one[key] !== undefined)?.[key]
  return { ...best, average: meter.average, peak: meter.peak, minutes: meter.minutes, limit: told('limit'), capacity: told('capacity') }
}

/**
 * The best source of the chassis that the host names as its own. Others may be a GPU, a CPU or an enclosure that feeds several
 * nodes: of those only a system's PowerControl counts, and only when there is exactly one (Intel: RackMount → Baseboard).
 */
function chooseDraw(parts: { source: Source; part: Part }[]): PowerDraw | undefined {
  const candidates = parts.flatMap(({ source, part }) => (part.draw === undefined ? [] : [{ source, draw: part.draw }]))
  const named = candidates.filter(({ source }) => source.chassis.host === 'named').toSorted((a, b) => a.source.drawRank - b.source.drawRank)
  if (named[0] !== undefined) return withRest(named[0].draw, named.filter(({ source }) => source.chassis.path === named[0]!.source.chassis.path).map(({ draw }) => draw))
  const related = candidates.filter(({ source }) => source.chassis.host === 'related' && source.drawRank === DRAW_RANK.powerControl)
  return related.length === 1 ? related[0]?.draw : undefined
}
