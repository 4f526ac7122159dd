'use client'

import { usePathname, useSearchParams } from 'next/navigation'
import { useMemo } from 'react'
import { toSearch } from '#lib/api/paths.ts'
import type { AuditFilter } from '#lib/api/queries.ts'
import { toFilter, toLinked } from './filter.ts'

export type FilterInAddress = {
  filter: AuditFilter
  /** The row that the address points at: the list begins with it. */
  linked: number | null
  change: (patch: AuditFilter) => void
  clear: () => void
  /** Lets the list begin with this row; null: with the newest. */
  beginAt: (seq: number | null) => void
  isFiltered: boolean
}

/** The filter and the row in the address, and how to change them: no page is asked of the server, only the rows. */
export function useFilter(): FilterInAddress {
  const pathname = usePathname()
  const search = useSearchParams()
  const filter = useMemo(() => toFilter(search), [search])
  const show = (next: AuditFilter & { seq?: number | null }) => window.history.replaceState(null, '', `${pathname}${toSearch(next)}`)
  return {
    filter,
    linked: toLinked(search),
    change: (patch) => show({ ...filter, ...patch }),
    clear: () => show({}),
    beginAt: (seq) => show({ ...filter, seq }),
    isFiltered: Object.keys(filter).length > 0,
  }
}
