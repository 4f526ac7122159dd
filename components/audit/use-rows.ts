'use client'

import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { auditQuery, newestAuditQuery, type AuditFilter } from '#lib/api/queries.ts'

/** The rows that a filter asks for, as far as they were loaded; from the row `linked` on when there is one. */
export function useRows(filter: AuditFilter, linked: number | null) {
  const list = useInfiniteQuery(auditQuery(filter, linked))
  const rows = list.data?.pages.flatMap((page) => page.rows) ?? []
  const newest = useQuery({ ...newestAuditQuery(filter), enabled: linked === null && list.data !== undefined }).data?.rows[0]
  return {
    rows,
    list,
    hasNewer: linked === null && newest !== undefined && newest.seq > (rows[0]?.seq ?? 0),
    /** The row is not there, or not of this filter. */
    isLinkGone: linked !== null && list.data !== undefined && rows[0]?.seq !== linked,
  }
}
