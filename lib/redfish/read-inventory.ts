import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import { findGap, readIfThere, readMembers } from './collection.ts'
import { isRedfishError, type RedfishError } from './errors.ts'
import {
  toAdapterPart,
  toBmcPart,
  toChassisPart,
  toDrivePart,
  toFirmwarePart,
  toMemoryPart,
  toNicPart,
  toProcessorPart,
  toSimpleStorage,
  toStorage,
  toSupplyPart,
  toSystemParts,
  toVolumePart,
  type PartOrAbsent,
  type RedfishPart,
  type RedfishPartKind,
} from './inventory-part.ts'
import { link, links, list, parseLoose, text } from './loose.ts'
import { mapBounded } from './map-bounded.ts'
import type { RedfishModel } from './model.ts'
import { SERVICE_ROOT_PATH } from './service-root.ts'
import type { RedfishSession } from './session.ts'
import type { TreeBranch } from './tree.ts'

export type InventorySection = 'read' | 'partial' | 'failed'

export type InventoryReading = {
  parts: RedfishPart[]
  /** How far the parts of each kind were read; a kind that the tree does not link is missing. */
  sections: Partial<Record<RedfishPartKind, InventorySection>>
  /** Empty slots by kind. */
  absent: Partial<Record<RedfishPartKind, number>>
  failures: RedfishError[]
}

export type ReadInventoryOptions = {
  /** After so long no further resource is asked for; its section is then partial. 120,000 by default: one GET each, hundreds of them. */
  budgetMs?: number
}

/** What may be missing when a branch of the tree could not be read whole. */
const BEHIND: Record<TreeBranch, RedfishPartKind[]> = {
  systems: ['system', 'processor', 'memory', 'drive', 'nic', 'chassis', 'adapter', 'supply'],
  chassis: ['chassis', 'adapter', 'supply'],
  managers: ['bmc'],
}

const MAX_MEMBERS = 256
const MAX_STORES = 32
const MAX_CHASSIS = 8
const MAX_OTHER_SYSTEMS = 4

const hostLinks = z.object({
  Processors: link,
  Memory: link,
  Storage: link,
  Storages: link,
  SimpleStorage: link,
  EthernetInterfaces: link,
})
const chassisLinks = z.object({ NetworkAdapters: link, PowerSubsystem: link, Power: link })
const powerSubsystem = z.object({ PowerSupplies: link })
const legacyPower = z.object({ PowerSupplies: list })
const collectionPage = z.object({ Members: links, 'Members@odata.nextLink': link })
const rootLinks = z.object({ UpdateService: link })
const updateService = z.object({ FirmwareInventory: link })

/**
 * What the node is made of, from the host system, its chassis, its BMC and the update service. For every few hours: it costs one GET per
 * part. Whatever fails costs only its own section, and the section says so.
 */
export async function readInventory(model: RedfishModel, options: ReadInventoryOptions = {}): Promise<InventoryReading> {
  const tree = await model.tree()
  const collector = createCollector(model.session, performance.now() + (options.budgetMs ?? 120_000))
  const host = tree.system === undefined ? undefined : await collector.get(tree.system, ['system', 'bios'])
  if (host !== undefined) {
    collector.add(['system', 'bios'], toSystemParts(host))
    await readHost(collector, parseLoose(hostLinks, host))
  }
  for (const path of tree.otherSystems.slice(0, MAX_OTHER_SYSTEMS)) await readBeside(collector, path)
  const named = tree.chassis.filter((one) => one.host === 'named')
  // Whose the others are cannot be known from a tree that was half read.
  const isNamed = named.length > 0 || tree.lacks.length > 0
  const boxes = (isNamed ? named : tree.chassis).slice(0, MAX_CHASSIS)
  for (const box of boxes) await readChassis(collector, box.path)
  await collector.members('bmc', tree.managers, toBmcPart)
  for (const branch of tree.lacks) collector.fail(BEHIND[branch])
  await readFirmware(collector)
  return collector.result()
}

/**
 * GPU baseboards and DPUs stand beside the host as systems of their own. Their accelerators are in this node; their CPUs and memory are
 * either the host's, listed once more (NVIDIA), or those of another computer.
 */
async function readBeside(collector: Collector, path: string): Promise<void> {
  const other = parseLoose(hostLinks, await collector.get(path, []))
  await collector.collection('accelerator', other.Processors, (body, fallback) => {
    const one = toProcessorPart(body, fallback)
    return one !== 'absent' && one.kind === 'processor' ? undefined : one
  })
}

async function readHost(collector: Collector, host: z.infer<typeof hostLinks>): Promise<void> {
  await collector.collection('processor', host.Processors, toProcessorPart)
  await collector.collection('memory', host.Memory, toMemoryPart)
  await readStorage(collector, host.Storage ?? host.Storages)
  // Where the newer form has drives, or has controllers of which one could not be read, the older one tells of the same.
  const isTold = collector.has('drive') || (collector.has('controller') && collector.hasFailed('controller'))
  if (!isTold) await readSimpleStorage(collector, host.SimpleStorage)
  await collector.collection('nic', host.EthernetInterfaces, toNicPart)
}

async function readStorage(collector: Collector, path: string | undefined): Promise<void> {
  if (path === undefined) return
  const stores: { drives: string[]; volumes: string | undefined }[] = []
  await collector.collection('controller', path, (body, fallback) => {
    const { part, ...store } = toStorage(body, fallback)
    stores.push(store)
    return part
  }, MAX_STORES)
  if (collector.hasFailed('controller')) collector.fail(['drive', 'volume'])
  await collector.members('drive', [...new Set(stores.flatMap(({ drives }) => drives))].slice(0, MAX_MEMBERS), toDrivePart)
  for (const { volumes } of stores) await collector.collection('volume', volumes, toVolumePart)
}

async function readSimpleStorage(collector: Collector, path: string | undefined): Promise<void> {
  const hasControllers = collector.has('controller')
  for (const member of await collector.list('drive', path, MAX_STORES)) {
    const body = await collector.get(member, ['controller', 'drive'])
    if (body === undefined) continue
    const parts = toSimpleStorage(body, toLastSegment(member))
    collector.add(['controller', 'drive'], hasControllers ? parts.slice(1) : parts)
  }
}

async function readChassis(collector: Collector, path: string): Promise<void> {
  const body = await collector.get(path, ['chassis'])
  if (body === undefined) return
  collector.add(['chassis'], [toChassisPart(body, toLastSegment(path))])
  const { NetworkAdapters, PowerSubsystem, Power } = parseLoose(chassisLinks, body)
  await collector.collection('adapter', NetworkAdapters, toAdapterPart)
  const subsystem = PowerSubsystem === undefined ? undefined : await collector.get(PowerSubsystem, ['supply'])
  const supplies = parseLoose(powerSubsystem, subsystem).PowerSupplies
  const before = collector.count('supply')
  await collector.collection('supply', supplies, (one, _, place) => toSupplyPart(one, place))
  if (collector.count('supply') > before || Power === undefined) return
  const legacy = await collector.get(Power, ['supply'])
  if (legacy === undefined) return
  const listed = parseLoose(legacyPower, legacy).PowerSupplies
  collector.add(['supply'], listed.map((one, index) => toSupplyPart(one, index + 1)))
}

async function readFirmware(collector: Collector): Promise<void> {
  const root = parseLoose(rootLinks, await collector.get(SERVICE_ROOT_PATH, ['firmware']))
  if (root.UpdateService === undefined) return
  const { FirmwareInventory } = parseLoose(updateService, await collector.get(root.UpdateService, ['firmware']))
  await collector.collection('firmware', FirmwareInventory, toFirmwarePart)
}

/** `place` counts from 1 in the collection's order, whatever of it could be read. Undefined for what is no part of this node. */
type ToPart = (body: unknown, fallback: string, place: number) => PartOrAbsent | undefined

/** Gathers parts and how far each kind was read. */
type Collector = {
  get(path: string, kinds: RedfishPartKind[]): Promise<unknown>
  list(kind: RedfishPartKind, path: string | undefined, limit?: number): Promise<string[]>
  /** Reads a collection's members; nothing when the tree does not link it. */
  collection(kind: RedfishPartKind, path: string | undefined, toPart: ToPart, limit?: number): Promise<void>
  members(kind: RedfishPartKind, paths: readonly string[], toPart: ToPart): Promise<void>
  add(kinds: RedfishPartKind[], parts: PartOrAbsent[]): void
  has(kind: RedfishPartKind): boolean
  hasFailed(kind: RedfishPartKind): boolean
  /** These kinds cannot be complete. */
  fail(kinds: RedfishPartKind[]): void
  /** Parts and empty slots of a kind. */
  count(kind: RedfishPartKind): number
  result(): InventoryReading
}

function createCollector(session: RedfishSession, endMs: number): Collector {
  const parts: RedfishPart[] = []
  const absent: InventoryReading['absent'] = {}
  const failures: RedfishError[] = []
  const asked = new Set<RedfishPartKind>()
  const failed = new Set<RedfishPartKind>()

  async function get(path: string, kinds: RedfishPartKind[]): Promise<unknown> {
    kinds.forEach((kind) => asked.add(kind))
    const body = performance.now() >= endMs ? undefined : await readOrNote(session, path, failures)
    if (body === undefined) kinds.forEach((kind) => failed.add(kind))
    return body
  }

  async function list(kind: RedfishPartKind, path: string | undefined, limit = MAX_MEMBERS): Promise<string[]> {
    if (path === undefined) return []
    // A collection that is linked and not there is a reading that failed, not a machine without such parts.
    const body = await get(path, [kind])
    if (body !== undefined && findGap(body) !== undefined) failed.add(kind)
    const { Members, 'Members@odata.nextLink': next } = parseLoose(collectionPage, body)
    if (next === undefined || Members.length >= limit) return Members.slice(0, limit)
    const before = failures.length
    const rest = await membersOrNote(session, next, limit - Members.length, failures)
    if (failures.length > before) failed.add(kind)
    return [...new Set([...Members, ...rest])]
  }

  function put(one: PartOrAbsent, kind: RedfishPartKind): void {
    if (one === 'absent') absent[kind] = (absent[kind] ?? 0) + 1
    else parts.push(one)
  }

  async function members(kind: RedfishPartKind, paths: readonly string[], toPart: ToPart): Promise<void> {
    asked.add(kind)
    const bodies = await mapBounded(paths, (path) => get(path, [kind]), 2)
    const seen = new Map<string, unknown>()
    bodies.forEach((body, index) => {
      if (body === undefined || isSeen(body, seen)) return
      const one = toPart(body, toLastSegment(paths[index]!), index + 1)
      if (one === undefined) return
      if (one !== 'absent') asked.add(one.kind)
      put(one, kind)
    })
  }

  const ofKind = (kind: RedfishPartKind) => parts.filter((one) => one.kind === kind)

  return {
    get,
    list,
    members,
    async collection(kind, path, toPart, limit) {
      if (path !== undefined) await members(kind, await list(kind, path, limit), toPart)
    },
    add(kinds, found) {
      kinds.forEach((kind) => asked.add(kind))
      found.forEach((one) => put(one, kinds.at(-1)!))
    },
    has: (kind) => ofKind(kind).length > 0,
    hasFailed: (kind) => failed.has(kind),
    fail(kinds) {
      for (const kind of kinds) {
        asked.add(kind)
        failed.add(kind)
      }
    },
    count: (kind) => ofKind(kind).length + (absent[kind] ?? 0),
    result() {
      const toFailure = (kind: RedfishPartKind) => (ofKind(kind).length > 0 ? 'partial' : 'failed')
      const toState = (kind: RedfishPartKind): InventorySection => (failed.has(kind) ? toFailure(kind) : 'read')
      // Previous versions and the like are no empty slots.
      const { firmware: _, volume: __, ...slots } = absent
      const sections = Object.fromEntries([...asked].map((kind) => [kind, toState(kind)]))
      // An accelerator comes out of the processors' collection, and shares its fate.
      if (sections.processor !== undefined) sections.accelerator = sections.processor
      return { parts: withUniqueSlots(parts), sections, absent: slots, failures }
    },
  }
}

/** One resource that hangs or is broken costs itself; what ends the conversation is thrown. */
async function readOrNote(session: RedfishSession, path: string, failures: RedfishError[]): Promise<unknown> {
  try {
    return await readIfThere(session, path, failures)
  } catch (error) {
    if (!isRedfishError(error, 'timeout')) throw error
    failures.push(error)
    return undefined
  }
}

async function membersOrNote(session: RedfishSession, path: string, limit: number, failures: RedfishError[]): Promise<string[]> {
  try {
    return await readMembers(session, path, limit, failures)
  } catch (error) {
    if (!isRedfishError(error, 'timeout')) throw error
    failures.push(error)
    return []
  }
}

const identified = z.object({ '@odata.id': text })

/**
 * One resource under two links (NVIDIA) is one part. Its own id tells, and that all else is the same, for some BMCs give one id to all
 * members; what has no id may be the like of another, as empty slots are.
 */
function isSeen(body: unknown, seen: Map<string, unknown>): boolean {
  const id = parseLoose(identified, body)['@odata.id']
  if (id === undefined) return false
  if (seen.has(id)) return isDeepStrictEqual(seen.get(id), body)
  seen.set(id, body)
  return false
}

/** Parts of one kind that share a slot's name are told apart by id, else by number; supplies by number, as in the sensors. */
function withUniqueSlots(parts: readonly RedfishPart[]): RedfishPart[] {
  const total = new Map<string, number>()
  const seen = new Map<string, number>()
  const keyOf = ({ kind, slot }: RedfishPart) => `${kind} ${slot}`
  for (const one of parts) total.set(keyOf(one), (total.get(keyOf(one)) ?? 0) + 1)
  const named = parts.map((one) => {
    const count = (seen.get(keyOf(one)) ?? 0) + 1
    seen.set(keyOf(one), count)
    if (total.get(keyOf(one)) === 1) return one
    return { ...one, slot: one.kind === 'supply' ? `Power supply ${one.place ?? count}` : `${one.slot} (${one.id ?? count})` }
  })
  // One resource at two paths (NVIDIA) has even the same id.
  const taken = new Map<string, number>()
  return named.map((one) => {
    const count = (taken.get(keyOf(one)) ?? 0) + 1
    taken.set(keyOf(one), count)
    return count === 1 ? one : { ...one, slot: `${one.slot} #${count}` }
  })
}

function toLastSegment(path: string): string {
  return path.replace(/\/$/, '').split('/').at(-1) ?? path
}
