import type { Inventory, Part, PartKind } from './inventory.ts'

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

/** Kinds without which no machine runs, and ports, which a host that is off may not tell: a BMC that has none to tell has not been told, and nothing was taken out. */
const neverNone: ReadonlySet<PartKind> = new Set(['system', 'processor', 'memory', 'nic', 'port', 'pcie', 'bmc', 'bmcNic', 'bios'])

/** Kinds that come and go by themselves: firmware makes a boot option of each device that it finds, at each start. */
const passing: ReadonlySet<PartKind> = new Set(['bootOption'])

/** Facts whose change makes it a changed part and not another one. Health, links and addresses come and go by themselves, and are no change. */
const facts: readonly (keyof Part)[] = ['firmware', 'sizeBytes', 'speedMhz', 'cores', 'threads', 'technology', 'capacityWatts', 'assetTag', 'vlan', 'hostName', 'subject', 'issuer', 'validUntil']

const keyOf = ({ kind, slot }: Pick<Part, 'kind' | 'slot'>) => `${kind}\n${slot}`

/** True when the parts of this kind in this reading can be compared with others. */
function isTold({ parts, sections }: Inventory, kind: PartKind): boolean {
  if (sections[kind] === undefined || sections[kind] === 'failed') return false
  return !neverNone.has(kind) || parts.some((one) => one.kind === kind)
}

/**
 * What was replaced, added, removed or changed between two readings, in the order of the later one, removed parts last. A part that a
 * failed or partial reading lacks is not removed; a kind that one of the two readings does not tell is not compared at all.
 * Pass as `before` what `carryOver` gave, so that a reading that failed in between does not hide a change.
 */
export function inventoryChanges(before: Inventory, after: Inventory): InventoryChange[] {
  const isCompared = (kind: PartKind) => !passing.has(kind) && isTold(before, kind) && isTold(after, kind)
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
  for (const kind of Object.keys(before.sections) as PartKind[]) {
    const state = after.sections[kind]
    const isMissing = isTold(before, kind) && (state !== 'read' || !isTold(after, kind))
    if (!isMissing) continue
    const known = new Set(parts.map(keyOf))
    parts.push(...before.parts.filter((one) => one.kind === kind && !known.has(keyOf(one))))
    sections[kind] = before.sections[kind]
    if (absent[kind] === undefined && before.absent[kind] !== undefined) absent[kind] = before.absent[kind]
  }
  const bios = after.bios === undefined || after.bios.state === 'failed' ? (before.bios ?? after.bios) : after.bios
  return { parts, sections, absent, ...(bios && { bios }) }
}
