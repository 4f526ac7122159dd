import * as z from 'zod'
import { readLinked, readMembers, toGarbled } from './collection.ts'
import type { RedfishError } from './errors.ts'
import { findGarbledProperties, toGarbledReason, type Expected } from './garbled.ts'
import { link, links, nested, parseLoose, text } from './loose.ts'
import { orderManagers } from './managers.ts'
import { mapBounded } from './map-bounded.ts'
import { leadTo } from './path.ts'
import type { RedfishSession } from './session.ts'

const MAX_SYSTEMS = 16
const MAX_CHASSIS = 64
const MAX_MANAGERS = 16

/** The links of one chassis from which its sensors are read. */
export type ChassisLinks = {
  path: string
  /**
   * `named`: the host system names this chassis as its own, so the chassis' power is the node's power. `related`: only the chassis
   * names the host (a board, a CPU), or nobody names anybody. Undefined: another system's, or an enclosure of several nodes.
   */
  host: 'named' | 'related' | undefined
  /** The chassis that stand in this one, whichever of the two says so. */
  contains: readonly string[]
  thermal: string | undefined
  power: string | undefined
  thermalSubsystem: string | undefined
  powerSubsystem: string | undefined
  sensors: string | undefined
  environmentMetrics: string | undefined
  controls: string | undefined
}

/** What a BMC's tree looks like: found by `Members` and `Links` alone, read once, and again when a path has gone. */
export type Tree = {
  /** The host's system; undefined for a BMC that has none (a chassis manager, a switch). */
  system: string | undefined
  otherSystems: readonly string[]
  /** Those nearest to the host first: `named`, then `related`. */
  chassis: readonly ChassisLinks[]
  /** The manager of the host first. */
  managers: readonly string[]
  /** The LogServices collections of systems and chassis; a manager's own stands in the manager. */
  logServices: readonly string[]
  /** What could not be read on the walk: then this picture may lack something. */
  failures: readonly RedfishError[]
  /** Where that was: which members there may be more of. */
  lacks: readonly TreeBranch[]
  /** Where a member is listed and not there. */
  gone: readonly TreeBranch[]
}

const BRANCHES = ['systems', 'chassis', 'managers'] as const
export type TreeBranch = (typeof BRANCHES)[number]

const system = z.object({
  SystemType: text,
  PowerState: text,
  BiosVersion: text,
  Boot: nested({}),
  Actions: nested({ '#ComputerSystem.Reset': nested({}) }),
  Links: nested({ Chassis: links, ManagedBy: links }),
  LogServices: link,
})

const chassis = z.object({
  ChassisType: text,
  Links: nested({ ComputerSystems: links, Contains: links, ContainedBy: link }),
  Thermal: link,
  Power: link,
  ThermalSubsystem: link,
  PowerSubsystem: link,
  Sensors: link,
  EnvironmentMetrics: link,
  Controls: link,
  LogServices: link,
})

/** The chassis that is the node's own, or may be; undefined where all are others'. */
export const findOwnChassis = ({ chassis: all }: Tree): ChassisLinks | undefined => all.find(({ host }) => host !== undefined)

/** The host among the systems, with its resource as it was read; undefined for a BMC that has no system. */
export type Host = { path: string; body: unknown }

/** The first branch of the tree: enough for the power state, at one GET per system. */
export type Systems = {
  host: Host | undefined
  others: readonly string[]
  bodies: readonly SystemBody[]
  misses: Misses
}

/** What could not be read: a member that is not there hides nothing but itself, a collection that is not there may. */
type Misses = { mayHide: RedfishError[]; dead: RedfishError[] }

/** Finds the host: ServiceRoot → Systems → its members. */
export async function readSystems(session: RedfishSession): Promise<Systems> {
  const misses: Misses = { mayHide: [], dead: [] }
  const paths = await readMembers(session, session.root.systems, MAX_SYSTEMS, misses.mayHide)
  const given = await mapBounded(paths, async (path) => ({ path, body: await readMember(session, path, misses) }))
  const bodies = given.map(({ path, body }) => ({ path, body: parseLoose(system, body) }))
  misses.mayHide.push(...given.flatMap(({ path, body }) => findOdd(session, path, body, { Links: 'object' })))
  const first = findHost(bodies, given.find(({ body }) => body === undefined)?.path, misses)
  return { host: given.find(({ path }) => path === first), others: paths.filter((path) => path !== first), bodies, misses }
}

/**
 * The likeliest system. Where one could not be read, another that has neither a reset nor a BIOS may be its GPU baseboard (NVIDIA): then
 * the unread one is the host, of which nothing can be said.
 */
function findHost(bodies: readonly SystemBody[], unread: string | undefined, { mayHide, dead }: Misses): string | undefined {
  const likeliest = bodies.toSorted((a, b) => toHostLikeness(b) - toHostLikeness(a))[0]
  const isSure = likeliest?.body.Actions?.['#ComputerSystem.Reset'] !== undefined || likeliest?.body.BiosVersion !== undefined
  return isSure || mayHide.length + dead.length === 0 ? likeliest?.path : unread
}

/** Walks the rest: Chassis and Managers. Costs one GET per member. */
export async function readTree(session: RedfishSession, systems: Systems): Promise<Tree> {
  const { root } = session
  const misses = { systems: systems.misses, chassis: { mayHide: [], dead: [] } as Misses, managers: { mayHide: [], dead: [] } as Misses }
  const [chassisPaths, managers] = await Promise.all([
    readMembers(session, root.chassis, MAX_CHASSIS, misses.chassis.mayHide),
    readMembers(session, root.managers, MAX_MANAGERS, misses.managers.mayHide),
  ])
  const read = await mapBounded(chassisPaths, async (path) => ({ path, body: await readMember(session, path, misses.chassis) }))
  misses.chassis.mayHide.push(...read.flatMap(({ path, body }) => findOdd(session, path, body, { ChassisType: 'word', Links: 'object' })))
  const chassisBodies = read.flatMap(({ path, body }) => (body === undefined ? [] : [{ path, body: parseLoose(chassis, body) }]))
  const host = systems.bodies.find(({ path }) => path === systems.host?.path)
  // A BMC that has no host and manages an enclosure is that enclosure; what stands in it are others.
  const isManagerOfEnclosure = systems.bodies.length === 0 && chassisBodies.some(({ body }) => body.ChassisType === 'Enclosure')
  const toRelation = (one: ChassisBody) => {
    if (isManagerOfEnclosure) return one.body.ChassisType === 'Enclosure' ? 'related' : undefined
    return toHostRelation(host, one)
  }
  return {
    system: host?.path,
    otherSystems: systems.others,
    chassis: chassisBodies.map((one) => toLinks(one, toRelation(one), toContents(one, chassisBodies))).toSorted(byHost),
    managers: await orderManagers(session, managers, host?.path, host?.body.Links?.ManagedBy ?? []),
    logServices: [...systems.bodies, ...chassisBodies].flatMap(({ body }) => body.LogServices ?? []),
    failures: Object.values(misses).flatMap(({ mayHide, dead }) => [...mayHide, ...dead]),
    lacks: BRANCHES.filter((branch) => misses[branch].mayHide.length > 0),
    gone: BRANCHES.filter((branch) => misses[branch].dead.length > 0),
  }
}

/** Whose a chassis is stands in these properties: one that cannot be understood leaves it open. */
function findOdd(session: RedfishSession, path: string, body: unknown, expected: Readonly<Record<string, Expected>>): RedfishError[] {
  const odd = toGarbledReason(findGarbledProperties(body, expected))
  return odd === undefined ? [] : [toGarbled(session, path, odd.text)]
}

async function readMember(session: RedfishSession, path: string, misses: Misses): Promise<unknown> {
  const failures: RedfishError[] = []
  const body = await readLinked(session, path, failures)
  for (const failure of failures) (failure.kind === 'not-found' ? misses.dead : misses.mayHide).push(failure)
  return body
}

type SystemBody = { path: string; body: z.infer<typeof system> }
type ChassisBody = { path: string; body: z.infer<typeof chassis> }

/**
 * In a tree of several systems the host is the one that can be reset and booted; GPU baseboards and DPUs beside it have less of
 * that. Equal ones keep the BMC's order.
 */
function toHostLikeness({ body }: SystemBody): number {
  let likeness = 0
  if (body.Actions?.['#ComputerSystem.Reset'] !== undefined) likeness += 4
  if (body.Boot !== undefined) likeness += 2
  if (body.SystemType === undefined || body.SystemType === 'Physical') likeness += 2
  if (body.BiosVersion !== undefined) likeness += 1
  if (body.PowerState !== undefined) likeness += 1
  return likeness
}

function toHostRelation(host: SystemBody | undefined, { path, body }: ChassisBody): ChassisLinks['host'] {
  const named = host?.body.Links?.Chassis ?? []
  if (leadTo(named, path)) return 'named'
  const related = body.Links?.ComputerSystems ?? []
  if (host !== undefined && leadTo(related, host.path)) return 'related'
  const nobodyIsNamed = related.length === 0 && named.length === 0
  return nobodyIsNamed && !/^(?:Enclosure|Rack|Shelf)$/.test(body.ChassisType ?? '') ? 'related' : undefined
}

const HOST_ORDER = { named: 0, related: 1, none: 2 }

function byHost(a: ChassisLinks, b: ChassisLinks): number {
  return HOST_ORDER[a.host ?? 'none'] - HOST_ORDER[b.host ?? 'none']
}

function toContents({ path, body }: ChassisBody, all: ChassisBody[]): string[] {
  const inside = body.Links?.Contains ?? []
  const standsIn = (other: ChassisBody) => leadTo(inside, other.path) || leadTo([other.body.Links?.ContainedBy ?? ''], path)
  return all.filter(standsIn).map((other) => other.path)
}

function toLinks({ path, body }: ChassisBody, host: ChassisLinks['host'], contains: string[]): ChassisLinks {
  return {
    path,
    host,
    contains,
    thermal: body.Thermal,
    power: body.Power,
    thermalSubsystem: body.ThermalSubsystem,
    powerSubsystem: body.PowerSubsystem,
    sensors: body.Sensors,
    environmentMetrics: body.EnvironmentMetrics,
    controls: body.Controls,
  }
}
