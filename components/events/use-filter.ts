'use client'

import { usePathname, useSearchParams } from 'next/navigation'
import { useMemo } from 'react'
import { toSearch } from '#lib/api/paths.ts'
import type { EventFilter } from '#lib/api/queries.ts'
import { toFilter } from './filter.ts'

export type FilterInAddress = {
  filter: EventFilter
  /** The entry that the address points at. */
  linked: string | null
  change: (patch: EventFilter) => void
  clear: () => void
  /** Forgets the entry that the address points at. */
  unlink: () => void
  isFiltered: boolean
}

/** The filter and the entry in the address, and how to change them: no page is asked of the server, only the rows. */
export function useFilter(): FilterInAddress {
  const pathname = usePathname()
  const search = useSearchParams()
  const filter = useMemo(() => toFilter(search), [search])
  const show = (next: EventFilter) => window.history.replaceState(null, '', `${pathname}${toSearch(next)}`)
  return {
    filter,
    linked: search.get('event'),
    change: (patch) => show({ ...filter, ...patch }),
    clear: () => show({}),
    unlink: () => show(filter),
    isFiltered: Object.keys(filter).length > 0,
  }
}
