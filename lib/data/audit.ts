import type { AuditList, AuditQuery, AuditRowAnswer } from '#lib/api/contract.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import * as db from '#lib/db/audit.ts'
import { SearchTooSlow } from '#lib/db/search.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { toCsv } from './csv.ts'
import { demand } from './permission.ts'

/** The query without what is not of the filter. */
function toFilter(query: AuditQuery): Omit<db.AuditFilter, 'limit'> {
  const { format: _, limit: __, q, ...filter } = query
  const words = q?.split(/\s+/).filter((word) => word !== '')
  return { ...filter, ...(words === undefined ? {} : { words }) }
}

/** A page of the audit, newest first; `next` is the `before` of the page after it. Throws `search-too-slow` (422). */
export async function readAudit(user: SignedInUser, query: AuditQuery): Promise<AuditList> {
  await demand(user, 'readAudit')
  const { limit } = query
  const rows = await db.searchAudit({ ...toFilter(query), limit }).catch((error: unknown) => {
    throw error instanceof SearchTooSlow ? new BaseboardError('search-too-slow', 422, 'the search took too long: narrow it by person, node, action or time') : error
  })
  return { rows, next: rows.length === limit ? rows.at(-1)!.seq : null }
}

/** More rows of one operation on one node than a reader looks at. */
const mostRelated = 200

/** One row with what belongs to it. Throws `unknown-row` (404). */
export async function readAuditRow(user: SignedInUser, seq: number): Promise<AuditRowAnswer> {
  await demand(user, 'readAudit')
  const row = await db.findAuditRow(seq)
  if (row === null) throw new BaseboardError('unknown-row', 404, `the audit has no row ${seq}`)
  return { row, related: await db.listRelated(row, mostRelated) }
}

const columns = ['seq', 'at', 'actor', 'actorKind', 'ip', 'action', 'node', 'target', 'outcome', 'operationId', 'requestId', 'detail'] as const
const rowsAtOnce = 1000

function toTable(rows: readonly db.AuditRecord[], header: boolean): string {
  const cells = rows.map((row) => columns.map((name) => (name === 'detail' ? JSON.stringify(row.detail) : row[name])))
  return toCsv(header ? [[...columns], ...cells] : cells)
}

const toJsonLines = (rows: readonly db.AuditRecord[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')

/**
 * All rows that the filter lets through, newest first, a thousand at a time: as CSV (RFC 4180; cells that a spreadsheet would run are
 * quoted with '), or as a JSON object a line.
 */
export async function exportAudit(user: SignedInUser, query: AuditQuery, format: 'csv' | 'jsonl'): Promise<AsyncGenerator<string>> {
  await demand(user, 'readAudit')
  const filter = toFilter(query)
  return (async function* () {
    let { before } = filter
    for (let header = true; ; header = false) {
      const rows = await db.readAudit({ ...filter, before, limit: rowsAtOnce })
      yield format === 'csv' ? toTable(rows, header) : toJsonLines(rows)
      if (rows.length < rowsAtOnce) return
      before = rows.at(-1)!.seq
    }
  })()
}
