import { toSearch } from '#lib/api/paths.ts'
import type { BiosAttribute, BiosValue } from '#lib/domain/bios.ts'
import { byName } from '#lib/domain/natural-order.ts'

export type BiosView = { text: string; onlyPending: boolean }

/** Reads the view of the page from the query of its address. */
export const toBiosView = (search: URLSearchParams): BiosView => ({ text: search.get('q') ?? '', onlyPending: search.get('only') === 'pending' })

export const toBiosQuery = ({ text, onlyPending }: BiosView): string => toSearch({ q: text, only: onlyPending ? 'pending' : undefined })

/** A value as it is written; null is a value that the BMC keeps to itself. */
export const toValueText = (value: BiosValue | undefined) => (value === undefined || value === null ? '' : String(value))

/** By name, those whose name, display name or values hold every word. */
export function toBiosRows(attributes: readonly BiosAttribute[], { text, onlyPending }: BiosView): BiosAttribute[] {
  const words = text.toLowerCase().split(/\s+/).filter((word) => word !== '')
  const toText = ({ name, displayName, value, pending }: BiosAttribute) => `${name} ${displayName ?? ''} ${toValueText(value)} ${toValueText(pending)}`.toLowerCase()
  return attributes
    .filter((one) => (!onlyPending || one.pending !== undefined) && words.every((word) => toText(one).includes(word)))
    .toSorted((a, b) => byName(a.displayName ?? a.name, b.displayName ?? b.name))
}
