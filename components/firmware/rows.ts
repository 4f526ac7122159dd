import { toSearch } from '#lib/api/paths.ts'
import type { Inventory, Part } from '#lib/domain/inventory.ts'
import { byName } from '#lib/domain/natural-order.ts'
import { toSorted, toSortText, type Sorted } from '../ui/sort-head.tsx'

export const firmwareColumns = ['component', 'version', 'released'] as const
export type FirmwareColumn = (typeof firmwareColumns)[number]
export const firmwareKinds = ['updateable', 'others'] as const
/** `updateable`: what the BMC can replace. `others`: what it keeps another version of. */
export type FirmwareFilter = (typeof firmwareKinds)[number]
export type FirmwareView = { text: string; only: FirmwareFilter | null } & Sorted<FirmwareColumn>

/** Reads the view of the page from the query of its address. */
export function toFirmwareView(search: URLSearchParams): FirmwareView {
  return { text: search.get('q') ?? '', only: firmwareKinds.find((one) => one === search.get('only')) ?? null, ...toSorted(search, firmwareColumns) }
}

export const toFirmwareQuery = (view: FirmwareView): string => toSearch({ q: view.text, only: view.only, sort: toSortText(view) })

/** What the update service lists; where it lists nothing, the BIOS and the BMC as they name their own versions. */
export function toFirmware({ parts }: Pick<Inventory, 'parts'>): Part[] {
  const listed = parts.filter(({ kind }) => kind === 'firmware')
  return listed.length > 0 ? listed : parts.filter(({ kind, firmware }) => (kind === 'bios' || kind === 'bmc') && firmware !== undefined)
}

const fits: Record<FirmwareFilter, (part: Part) => boolean> = {
  updateable: ({ updateable }) => updateable === true,
  others: ({ otherVersions }) => otherVersions !== undefined,
}

const compare: Record<FirmwareColumn, (a: Part, b: Part) => number> = {
  component: (a, b) => byName(a.slot, b.slot),
  version: (a, b) => byName(a.firmware ?? '', b.firmware ?? ''),
  released: (a, b) => (a.releasedAt ?? '').localeCompare(b.releasedAt ?? ''),
}

/** The rows of a view, by component where no order is asked for. */
export function toFirmwareRows(parts: readonly Part[], { text, only, sort, descending }: FirmwareView): Part[] {
  const wanted = text.trim().toLowerCase()
  const toText = ({ slot, name, manufacturer, firmware, otherVersions }: Part) =>
    [slot, name, manufacturer, firmware, ...(otherVersions ?? []).map(({ version }) => version)].join(' ').toLowerCase()
  return parts
    .filter((part) => (only === null || fits[only](part)) && (wanted === '' || toText(part).includes(wanted)))
    .toSorted((a, b) => (descending ? -1 : 1) * compare[sort ?? 'component'](a, b) || byName(a.slot, b.slot))
}
