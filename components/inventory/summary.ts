import type { Inventory, Part, PartKind, SectionState } from '#lib/domain/inventory.ts'
import { byName } from '#lib/domain/natural-order.ts'
import { toDriveSize, toLinkSpeed, toMemorySize } from './sizes.ts'

export const partsOf = ({ parts }: Pick<Inventory, 'parts'>, ...kinds: PartKind[]): Part[] => parts.filter(({ kind }) => kinds.includes(kind))

/** Like parts together, in the order in which each first appears: `[['32 GiB DDR4', 16]]`. */
export function countAlike(labels: readonly string[]): [label: string, count: number][] {
  const counts = new Map<string, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  return [...counts]
}

/** `2 × Xeon Gold 6430`; a single one needs no figure. */
export const toAlikeText = (labels: readonly string[]) =>
  countAlike(labels)
    .map(([label, count]) => (count === 1 ? label : `${count} × ${label}`))
    .join(', ')

/** The trade name alone: what the maker repeats in every name says nothing. */
export const toShortModel = (model: string) =>
  model
    .replaceAll(/\((?:R|TM)\)/gi, '')
    .replace(/^(?:Intel|AMD|NVIDIA)\s+/i, '')
    .replace(/\s+(?:CPU|Processor)\b.*$/i, '')
    .replace(/\s+\d+-Core$/i, '')
    .replaceAll(/\s+/g, ' ')
    .trim()

const join = (...words: (string | undefined)[]) => words.filter((word) => word !== undefined && word !== '').join(' ')

const labels: Partial<Record<PartKind, (part: Part) => string>> = {
  processor: ({ model, name }) => toShortModel(model ?? name),
  accelerator: ({ model, name }) => toShortModel(model ?? name),
  drive: ({ sizeBytes, technology, model, name }) => join(sizeBytes === undefined ? (model ?? name) : toDriveSize(sizeBytes), technology),
  memory: ({ sizeBytes, technology }) => join(sizeBytes === undefined ? undefined : toMemorySize(sizeBytes), technology),
}

/** All parts of a kind in one line; null where there is none or the BMC does not tell. */
export function toLine(inventory: Inventory, kind: 'processor' | 'accelerator' | 'drive' | 'memory'): string | null {
  const parts = partsOf(inventory, kind)
  return parts.length === 0 ? null : toAlikeText(parts.map(labels[kind]!))
}

/** How much memory there is, in how many of how many slots. */
export function toMemoryFigures(inventory: Inventory): { total: string; modules: number; slots: number } | null {
  const modules = partsOf(inventory, 'memory')
  if (modules.length === 0) return null
  const bytes = modules.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0)
  return { total: toMemorySize(bytes), modules: modules.length, slots: modules.length + (inventory.absent.memory ?? 0) }
}

/** The interfaces by the speed of their links; those that tell none are counted apart. */
export function toNetworkFigures(inventory: Inventory): { links: string; others: number } | null {
  const nics = partsOf(inventory, 'nic')
  if (nics.length === 0) return null
  const up = nics.filter(({ linkUp, speedMbps }) => linkUp !== false && speedMbps !== undefined)
  const links = countAlike(up.map(({ speedMbps }) => toLinkSpeed(speedMbps!))).map(([speed, count]) => `${count} × ${speed}`)
  return { links: links.join(', '), others: nics.length - up.length }
}

export const coresOf = (inventory: Inventory) => partsOf(inventory, 'processor').reduce((sum, { cores }) => sum + (cores ?? 0), 0)

/** How far a section was read: its worst kind. `untold` when the BMC tells of none of its kinds. */
export function toSectionState({ sections }: Pick<Inventory, 'sections'>, kinds: readonly PartKind[]): SectionState | 'untold' {
  const told = kinds.flatMap((kind) => sections[kind] ?? [])
  if (told.length === 0) return 'untold'
  if (told.every((state) => state === 'failed')) return 'failed'
  return told.every((state) => state === 'read') ? 'read' : 'partial'
}

const isHost = ({ kind, slot }: Part) => kind === 'system' && slot === 'System'

const bootPlaceOf = ({ bootPlace }: Part) => bootPlace ?? Number.MAX_SAFE_INTEGER

/** By slot, as one counts: A2 before A10; the host before the systems beside it, boot options as they are tried. */
export const bySlot = (parts: readonly Part[]) => parts.toSorted((a, b) => Number(isHost(b)) - Number(isHost(a)) || bootPlaceOf(a) - bootPlaceOf(b) || byName(a.slot, b.slot))
