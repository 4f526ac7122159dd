'use client'

import { usePathname, useSearchParams } from 'next/navigation'
import { useMemo } from 'react'
import { toSearch } from '#lib/api/paths.ts'
import type { AuditFilter } from '#lib/api/queries.ts'
import { toFilter } from './filter.ts'

/** The filter in the address, and how to change it: no page is asked of the server, only the rows. */
export function useFilter(): { filter: AuditFilter; change: (patch: AuditFilter) => void; clear: () => void; isFiltered: boolean } {
  const pathname = usePathname()
  const search = useSearchParams()
  const filter = useMemo(() => toFilter(search), [search])
  const show = (next: AuditFilter) => window.history.replaceState(null, '', `${pathname}${toSearch(next)}`)
  return { filter, change: (patch) => show({ ...filter, ...patch }), clear: () => show({}), isFiltered: Object.keys(filter).length > 0 }
}
