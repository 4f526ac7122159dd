import { stringify } from 'csv-stringify/sync'
import type { AuditList, AuditQuery } from '#lib/api/contract.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import * as db from '#lib/db/audit.ts'
import { demand } from './permission.ts'

/** A page of the audit, newest first; `next` is the `before` of the page after it. */
export async function readAudit(user: SignedInUser, query: AuditQuery): Promise<AuditList> {
  await demand(user, 'readAudit')
  const { format: _, ...filter } = query
  const rows = await db.readAudit(filter)
  return { rows, next: rows.length === filter.limit ? rows.at(-1)!.seq : null }
}

const columns = ['seq', 'at', 'actor', 'actorKind', 'ip', 'action', 'node', 'target', 'outcome', 'operationId', 'requestId', 'detail'] as const
const rowsAtOnce = 1000

/** NUL and other controls have no place in a table; a spreadsheet might cut a cell there and see what comes after as its beginning. */
const plain = (value: unknown) => (typeof value === 'string' ? value.replace(/(?![\t\n])\p{Cc}/gu, '') : value)

function toCsv(rows: readonly db.AuditRecord[], header: boolean): string {
  const cells = rows.map((row) => columns.map((name) => plain(name === 'detail' ? JSON.stringify(row.detail) : row[name])))
  return stringify(header ? [[...columns], ...cells] : cells, { escape_formulas: true, record_delimiter: 'windows' })
}

/** All rows that the filter lets through, newest first, as CSV (RFC 4180), a thousand at a time; cells that a spreadsheet would run are quoted with '. */
export async function exportAudit(user: SignedInUser, query: AuditQuery): Promise<AsyncGenerator<string>> {
  await demand(user, 'readAudit')
  const { format: _, limit: __, ...filter } = query
  return (async function* () {
    let { before } = filter
    let header = true
    for (;;) {
      const rows = await db.readAudit({ ...filter, before, limit: rowsAtOnce })
      yield toCsv(rows, header)
      if (rows.length < rowsAtOnce) return
      header = false
      before = rows.at(-1)!.seq
    }
  })()
}
