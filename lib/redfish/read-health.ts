import * as z from 'zod'
import { mayPass, readIfThere, readMembers } from './collection.ts'
import type { RedfishError } from './errors.ts'
import { link, links, nested, parseLoose, text } from './loose.ts'
import { mapBounded } from './map-bounded.ts'
import type { RedfishModel } from './model.ts'
import type { SensorSweep } from './read-sensors.ts'
import type { RedfishSession } from './session.ts'
import { isMissing, status, worstOf, type Health, type Status } from './status.ts'

const MAX_LOOKED_AT = 64

/** One part that is not well. `message` is a sentence of the BMC's own words: "Power supply 2: Critical". */
export type HealthReason = { part: string; health: 'Warning' | 'Critical'; message: string }

export type HealthReading = {
  /**
   * The worst of what was read. Undefined when the BMC states nothing, and when nothing read is wrong but the system itself does not
   * call itself well and something that might be wrong could not be read.
   */
  health: Health | undefined
  reasons: HealthReason[]
}

const resource = z.object({ Name: text, Status: status })
const system = resource.extend({
  ProcessorSummary: nested({ Status: status }),
  MemorySummary: nested({ Status: status }),
  Processors: link,
  Memory: link,
  Storage: link,
})
const storage = resource.extend({ Drives: links })

type PartHealth = { part: string; status: Status | undefined }

/**
 * The health of a node with the parts that are the reason: system, processors, memory, chassis, BMC, and from the sweep the
 * supplies, fans, temperatures and redundancy groups. Absent parts are no fault, and no log is asked: an old entry is not a
 * state. Costs three or four GETs while all is well; when the system is unwell and none of these says why, processors, memory
 * and drives are looked at one by one.
 */
export async function readHealth(model: RedfishModel, sweep: SensorSweep): Promise<HealthReading> {
  const { session } = model
  const tree = await model.tree()
  const unread: RedfishError[] = [...sweep.failures]
  const body = tree.system === undefined ? undefined : await readIfThere(session, tree.system, unread)
  const host = parseLoose(system, body)
  const boxes = tree.chassis.filter((one) => tree.system === undefined || one.host === 'named').map((one) => one.path)
  const [chassis, managers] = await Promise.all([
    readStatuses(session, boxes.slice(0, MAX_LOOKED_AT), 'Chassis', boxes.length > 1, unread),
    readStatuses(session, tree.managers.slice(0, 1), 'BMC', false, unread),
  ])
  const parts: PartHealth[] = [
    ...toSweepParts(sweep),
    { part: 'Processors', status: host.ProcessorSummary?.Status },
    { part: 'Memory', status: host.MemorySummary?.Status },
    ...managers,
  ]
  const known = toReasons(parts)
  const general = toReasons([{ part: 'System', status: host.Status }, ...chassis])
  const missing = isWorse(general, known) ? toMissing(parts) : []
  const isExplained = !isWorse(general, [...known, ...missing])
  const deeper = isExplained ? [] : await model.lookDeeper(async () => toReasons(await readDeeper(session, host)))
  const named = [...deeper, ...missing, ...known]
  // "System" and "Chassis" name no part: they stand only where no part accounts for what they say.
  const unexplained = tree.system === undefined ? general : isWorse(general, named) ? [general.toSorted(byWorst)[0]!] : []
  const reasons = [...unexplained, ...named].toSorted(byWorst)
  const stated = [...parts, { part: 'System', status: host.Status }, ...chassis].map(({ status }) => toWhole(status))
  const health = worstOf(...stated, ...reasons.map((reason) => reason.health))
  const isSystemMissed = tree.system !== undefined && body === undefined
  const isDoubtful = health === 'OK' && toWhole(host.Status) === undefined && (isSystemMissed || unread.some(mayPass))
  return { health: isDoubtful ? undefined : health, reasons }
}

/** A part's own health and what lies below it as one; undefined for a part that is missing. */
function toWhole(given: Status | undefined): Health | undefined {
  return given === undefined || isMissing(given) ? undefined : worstOf(given.health, given.rollup)
}

function isWorse(some: HealthReason[], others: HealthReason[]): boolean {
  const worst = worstOf(...others.map((reason) => reason.health))
  return worstOf(worst, ...some.map((reason) => reason.health)) !== worst
}

function byWorst(a: HealthReason, b: HealthReason): number {
  return Number(b.health === 'Critical') - Number(a.health === 'Critical')
}

function toSweepParts(sweep: SensorSweep): PartHealth[] {
  const sensors = sweep.sensors.map(({ name, health, state }) => ({ part: name, status: { state, health, rollup: undefined } }))
  return [...sensors, ...sweep.groups.map(({ name, status }) => ({ part: name, status }))]
}

function toReasons(parts: PartHealth[]): HealthReason[] {
  return parts.flatMap(({ part, status }) => {
    const health = toWhole(status)
    return health === undefined || health === 'OK' ? [] : [{ part, health, message: `${part}: ${health}` }]
  })
}

/** An absent part that the BMC calls unwell explains an unwell system (iDRAC: a missing supply), and is no fault while that is well. */
function toMissing(parts: PartHealth[]): HealthReason[] {
  return parts.flatMap(({ part, status }) => {
    const health = worstOf(status?.health, status?.rollup)
    if (status === undefined || !isMissing(status) || health === undefined || health === 'OK') return []
    return [{ part, health, message: `${part}: ${status.state}, ${health}` }]
  })
}

async function readStatuses(session: RedfishSession, paths: string[], word: string, withName: boolean, unread?: RedfishError[]): Promise<PartHealth[]> {
  const bodies = await mapBounded(paths, (path) => readIfThere(session, path, unread))
  return bodies.map((body) => {
    const { Name, Status } = parseLoose(resource, body)
    return { part: withName && Name !== undefined ? Name : word, status: Status }
  })
}

/** The members of Processors, Memory and Storage (with their drives), each with its own name. */
async function readDeeper(session: RedfishSession, host: z.infer<typeof system>): Promise<PartHealth[]> {
  const [processors, memory, controllers] = await Promise.all(
    [host.Processors, host.Memory, host.Storage].map((collection) => readMembers(session, collection, MAX_LOOKED_AT)),
  )
  const [modules, stores] = await Promise.all([
    readStatuses(session, [...(processors ?? []), ...(memory ?? [])].slice(0, MAX_LOOKED_AT), 'Module', true),
    mapBounded((controllers ?? []).slice(0, MAX_LOOKED_AT), (path) => readIfThere(session, path)),
  ])
  const parsed = stores.map((body) => parseLoose(storage, body))
  const drives = parsed.flatMap((store) => store.Drives).slice(0, MAX_LOOKED_AT)
  return [
    ...modules,
    ...parsed.map(({ Name, Status }) => ({ part: Name ?? 'Storage', status: Status })),
    ...(await readStatuses(session, drives, 'Drive', true)),
  ]
}
