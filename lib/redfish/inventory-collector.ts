import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import { readIfThere, readMembers } from './collection.ts'
import { isRedfishError, type RedfishError } from './errors.ts'
import { createExpansion, type Expansion } from './expansion.ts'
import type { PartOrAbsent, RedfishPart, RedfishPartKind } from './inventory-part.ts'
import { links, parseLoose, text } from './loose.ts'
import { mapBounded } from './map-bounded.ts'
import { toLastSegment } from './path.ts'
import type { BiosSettings } from './bios-settings.ts'
import type { RedfishSession } from './session.ts'
import { isUnclear } from './status.ts'

/** Members of one collection, and parts in all. The time that a reading may take ends most of them earlier. */
export const MAX_MEMBERS = 10_000

const collectionPage = z.object({ Members: links })

export type InventorySection = 'read' | 'partial' | 'failed'

export type InventoryReading = {
  parts: RedfishPart[]
  /** How far the parts of each kind were read; a kind that the tree does not link is missing. */
  sections: Partial<Record<RedfishPartKind, InventorySection>>
  /** Empty slots by kind. */
  absent: Partial<Record<RedfishPartKind, number>>
  failures: RedfishError[]
  /** The settings of the host's BIOS, where it links them. */
  bios?: BiosSettings | undefined
}

/** `place` counts from 1 in the collection's order, whatever of it could be read. Undefined for what is no part of this node. */
export type ToPart = (body: unknown, fallback: string, place: number) => PartOrAbsent | undefined

export type MemberList = { owner: string | undefined; members: readonly string[] }

/** Gathers parts and how far each kind was read. */
export type Collector = {
  get(path: string, kinds: RedfishPartKind[]): Promise<unknown>
  /** The members of a collection, over all its pages. */
  list(kinds: RedfishPartKind[], path: string | undefined, limit?: number): Promise<string[]>
  /** Reads a collection's members; nothing when the tree does not link it. */
  collection(kind: RedfishPartKind, path: string | undefined, toPart: ToPart, limit?: number): Promise<void>
  /** `lists`: the resources that list them, each of which may give its own in one answer. */
  members(kind: RedfishPartKind, paths: readonly string[], toPart: ToPart, lists?: readonly MemberList[]): Promise<void>
  add(kinds: RedfishPartKind[], parts: PartOrAbsent[]): void
  /** The tree tells of this kind, be there any or none. */
  ask(kind: RedfishPartKind): void
  has(kind: RedfishPartKind): boolean
  hasFailed(kind: RedfishPartKind): boolean
  /** These kinds cannot be complete. */
  fail(kinds: RedfishPartKind[]): void
  /** Parts and empty slots of a kind. */
  count(kind: RedfishPartKind): number
  result(): InventoryReading
}

export function createCollector(session: RedfishSession, endMs: number, expansion: Expansion = createExpansion(session)): Collector {
  const parts: RedfishPart[] = []
  const absent: InventoryReading['absent'] = {}
  const failures: RedfishError[] = []
  const asked = new Set<RedfishPartKind>()
  const failed = new Set<RedfishPartKind>()

  const note = (kinds: readonly RedfishPartKind[]) => kinds.forEach((kind) => failed.add(kind))

  async function get(path: string, kinds: RedfishPartKind[]): Promise<unknown> {
    kinds.forEach((kind) => asked.add(kind))
    const body = performance.now() >= endMs ? undefined : await orNote(readIfThere(session, path, failures), failures)
    if (body === undefined) note(kinds)
    return body
  }

  async function list(kinds: RedfishPartKind[], path: string | undefined, limit = MAX_MEMBERS): Promise<string[]> {
    if (path === undefined) return []
    // A collection that is linked and not there is a reading that failed, not a machine without such parts.
    const body = await get(path, kinds)
    if (body === undefined) return []
    const before = failures.length
    const all = (await orNote(readMembers(session, path, limit + 1, failures, body), failures)) ?? parseLoose(collectionPage, body).Members
    if (failures.length > before || all.length > limit) note(kinds)
    return all.slice(0, limit)
  }

  function put(one: PartOrAbsent, kind: RedfishPartKind): void {
    if (one === 'absent') absent[kind] = (absent[kind] ?? 0) + 1
    else if (parts.length < MAX_MEMBERS) parts.push(one)
    else failed.add(kind)
  }

  async function members(kind: RedfishPartKind, paths: readonly string[], toPart: ToPart, lists: readonly MemberList[] = []): Promise<void> {
    asked.add(kind)
    const together = new Map<string, unknown>()
    for (const { owner, members: listed } of performance.now() >= endMs ? [] : lists) {
      for (const [path, body] of await expansion.read(owner, listed)) together.set(path, body)
    }
    const bodies = await mapBounded(paths, async (path) => together.get(path) ?? (await get(path, [kind])), 2)
    const seen = new Map<string, unknown>()
    bodies.forEach((body, index) => {
      if (body === undefined || isSeen(body, seen)) return
      if (isUnclear(body)) return void failed.add(kind)
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
      if (path === undefined) return
      const listed = await list([kind], path, limit)
      await members(kind, listed, toPart, [{ owner: path, members: listed }])
    },
    add(kinds, found) {
      kinds.forEach((kind) => asked.add(kind))
      found.forEach((one) => put(one, kinds.at(-1)!))
    },
    ask: (kind) => void asked.add(kind),
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
      // An accelerator comes out of the processors' collection, and shares its fate, unless those of a system beside it fared worse.
      if (sections.processor !== undefined && !failed.has('accelerator')) sections.accelerator = sections.processor
      return { parts: withUniqueSlots(parts), sections, absent: slots, failures }
    },
  }
}

/** One resource that hangs or is broken costs itself; what ends the conversation is thrown. */
async function orNote<T>(reading: Promise<T>, failures: RedfishError[]): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (!isRedfishError(error, 'timeout')) throw error
    failures.push(error)
    return undefined
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
