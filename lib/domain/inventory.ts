import * as z from 'zod/mini'
import { healthLevel } from './health.ts'

export const partKind = z.enum([
  'system',
  'chassis',
  'board',
  'processor',
  'accelerator',
  'memory',
  'controller',
  'drive',
  'volume',
  'adapter',
  'nic',
  'supply',
  'bmc',
  'bios',
  'firmware',
  'fru',
])
export type PartKind = z.infer<typeof partKind>

/**
 * One part of a node as its BMC describes it. `kind` and `slot` name it within the node and stay the same from reading to reading;
 * everything else is absent where the BMC says nothing. `firmware` is the version that runs on it.
 */
export const part = z.object({
  kind: partKind,
  slot: z.string(),
  name: z.string(),
  manufacturer: z.optional(z.string()),
  model: z.optional(z.string()),
  serial: z.optional(z.string()),
  partNumber: z.optional(z.string()),
  firmware: z.optional(z.string()),
  health: z.optional(healthLevel),
  /** Processors. */
  cores: z.optional(z.number()),
  threads: z.optional(z.number()),
  speedMhz: z.optional(z.number()),
  /** Memory, drives, volumes. */
  sizeBytes: z.optional(z.number()),
  /** DDR4, SSD, NVMe, RAID1: what sort of its kind it is. */
  technology: z.optional(z.string()),
  /** NICs. */
  mac: z.optional(z.string()),
  linkUp: z.optional(z.boolean()),
  speedMbps: z.optional(z.number()),
  /** Supplies: what it can give. */
  capacityWatts: z.optional(z.number()),
  /** FRUs: when the board was made. */
  manufacturedAt: z.optional(z.iso.datetime()),
  assetTag: z.optional(z.string()),
  /** What is wrong with the description itself: a bad checksum, an area cut short. */
  faults: z.optional(z.array(z.string())),
})
export type Part = z.infer<typeof part>

/**
 * How far the parts of a kind were read. `read`: all of them. `partial`: some could not be had. `failed`: none. A kind that is not
 * mentioned is not told by this BMC.
 */
export const sectionState = z.enum(['read', 'partial', 'failed'])
export type SectionState = z.infer<typeof sectionState>

export const inventory = z.object({
  parts: z.array(part),
  sections: z.partialRecord(partKind, sectionState),
  /** Empty slots, by kind. */
  absent: z.partialRecord(partKind, z.number()),
})
export type Inventory = z.infer<typeof inventory>

/** `replaced`: another part in the same slot. `changed`: the same part with other facts, whose names are in `fields`. */
export type InventoryChange = {
  change: 'replaced' | 'added' | 'removed' | 'changed'
  kind: PartKind
  slot: string
  before: Part | null
  after: Part | null
  fields: (keyof Part)[]
  /** The slot in which the part that is here now stood before: modules that were swapped. */
  movedFrom?: string
}

/** Kinds without which no machine runs: when a BMC tells of none at all, it has not been told (a host that is off), and nothing was taken out. */
const neverNone: readonly PartKind[] = ['system', 'processor', 'memory', 'nic', 'bmc', 'bios']

/** What identifies a part, in this order; a change of these is another part, a change of the others is not. */
const facts: readonly (keyof Part)[] = ['firmware', 'sizeBytes', 'speedMhz', 'cores', 'threads', 'technology', 'capacityWatts', 'assetTag']

const keyOf = ({ kind, slot }: Pick<Part, 'kind' | 'slot'>) => `${kind}\n${slot}`

/** True when the parts of this kind in this reading can be compared with others. */
function isTold({ parts, sections }: Inventory, kind: PartKind): boolean {
  if (sections[kind] === undefined || sections[kind] === 'failed') return false
  return !neverNone.includes(kind) || parts.some((one) => one.kind === kind)
}

/**
 * What was replaced, added, removed or changed between two readings, in the order of the later one, removed parts last. A part that a
 * failed or partial reading lacks is not removed; a kind that one of the two readings does not tell is not compared at all.
 * Pass as `before` what `carryOver` gave, so that a reading that failed in between does not hide a change.
 */
export function inventoryChanges(before: Inventory, after: Inventory): InventoryChange[] {
  const isCompared = (kind: PartKind) => isTold(before, kind) && isTold(after, kind)
  const old = new Map(before.parts.map((one) => [keyOf(one), one]))
  const now = new Set(after.parts.map(keyOf))
  const present = after.parts.filter(({ kind }) => isCompared(kind)).flatMap((one) => toChange(old.get(keyOf(one)), one, before))
  const removed = before.parts
    .filter((one) => isCompared(one.kind) && after.sections[one.kind] === 'read' && !now.has(keyOf(one)))
    .map((one): InventoryChange => ({ change: 'removed', kind: one.kind, slot: one.slot, before: one, after: null, fields: [] }))
  return [...present, ...removed]
}

function toChange(old: Part | undefined, now: Part, before: Inventory): InventoryChange[] {
  const common = { kind: now.kind, slot: now.slot, after: now, ...toOrigin(now, before) }
  if (old === undefined) {
    // What an earlier partial reading lacked is not new.
    return before.sections[now.kind] === 'read' ? [{ ...common, change: 'added', before: null, fields: [] }] : []
  }
  const other = identityFields(old, now)
  if (other.length > 0) return [{ ...common, change: 'replaced', before: old, fields: other }]
  const fields = facts.filter((name) => old[name] !== undefined && now[name] !== undefined && old[name] !== now[name])
  return fields.length === 0 ? [] : [{ kind: now.kind, slot: now.slot, after: now, change: 'changed', before: old, fields }]
}

/** The fields that say that it is not the same part. A field that one of the two readings lacks says nothing. */
function identityFields(a: Part, b: Part): (keyof Part)[] {
  const differs = (name: 'serial' | 'mac' | 'partNumber' | 'model') => {
    const [x, y] = [a[name]?.trim().toLowerCase(), b[name]?.trim().toLowerCase()]
    return x !== undefined && y !== undefined && x !== y
  }
  const unique = (['serial', 'mac'] as const).filter(differs)
  if (unique.length > 0) return unique
  const isProvenSame = (a.serial !== undefined && b.serial !== undefined) || (a.mac !== undefined && b.mac !== undefined)
  // Firmware spells a model now so, now so; with the same serial number it is the same part.
  return isProvenSame ? [] : (['partNumber', 'model'] as const).filter(differs)
}

function toOrigin(now: Part, before: Inventory): { movedFrom?: string } {
  if (now.serial === undefined) return {}
  const origin = before.parts.find((one) => one.kind === now.kind && one.serial === now.serial && one.slot !== now.slot)
  return origin === undefined ? {} : { movedFrom: origin.slot }
}

/**
 * The later reading, with the parts of the earlier one for each kind that it could not read: what is known of the node now, and the
 * `before` of the next comparison.
 */
export function carryOver(before: Inventory | null, after: Inventory): Inventory {
  if (before === null) return after
  const parts = [...after.parts]
  const sections = { ...after.sections }
  const absent = { ...after.absent }
  for (const kind of partKind.options) {
    const state = after.sections[kind]
    const isMissing = isTold(before, kind) && (state !== 'read' || !isTold(after, kind))
    if (!isMissing) continue
    const known = new Set(parts.map(keyOf))
    parts.push(...before.parts.filter((one) => one.kind === kind && !known.has(keyOf(one))))
    sections[kind] = before.sections[kind]
    if (absent[kind] === undefined && before.absent[kind] !== undefined) absent[kind] = before.absent[kind]
  }
  return { parts, sections, absent }
}
