import { createHash } from 'node:crypto'
import type { PoolClient } from 'pg'
import { chainText, genesisHash, type AuditRow } from '#lib/domain/audit.ts'
import { database, inTransaction, type Database } from './client.ts'

/** `fine`: how many rows and the hash of the last. Else the first seq that is not as it was written, and what is wrong with it. */
export type AuditVerdict = { fine: true; rows: number; lastHash: string } | { fine: false; seq: number; reason: string }

const pageSize = 5_000
const generated = ['actor', 'action', 'node', 'outcome', 'ip', 'operationId'] as const

type Row = AuditRow & { [column in (typeof generated)[number]]: string | null }

async function readPage(client: PoolClient, after: number): Promise<Row[]> {
  const { rows } = await client.query<Omit<Row, 'seq'> & { seq: string }>(
    `SELECT "seq", to_char("at" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, "body", "prevHash", "hash",
       "actor", "action", "node", "outcome", "ip", "operationId"
     FROM "Audit" WHERE "seq" > $1 ORDER BY "seq" LIMIT ${pageSize}`,
    [after],
  )
  return rows.map((row) => Object.assign(row, { seq: Number(row.seq) }))
}

/** The filters read generated columns: a superuser may have turned one into a plain column and written over it. */
function strayColumn(row: Row): string | undefined {
  try {
    const body = JSON.parse(row.body) as Record<string, unknown>
    return generated.find((column) => row[column] !== (body[column] ?? null))
  } catch {
    return 'body'
  }
}

function whatIsWrong(row: Row, previous: { seq: number; hash: string }): { seq: number; reason: string } | undefined {
  const expected = previous.seq + 1
  if (row.seq > expected) return { seq: expected, reason: `row ${expected} is missing` }
  if (row.seq < expected) return { seq: row.seq, reason: `row ${row.seq} was inserted` }
  if (row.prevHash !== previous.hash) return { seq: row.seq, reason: `row ${row.seq} does not follow row ${previous.seq}: one of them was changed, inserted or moved` }
  const hash = createHash('sha256').update(chainText(row)).digest('hex')
  if (row.hash !== hash) return { seq: row.seq, reason: `row ${row.seq} was changed` }
  const column = strayColumn(row)
  return column === undefined ? undefined : { seq: row.seq, reason: `row ${row.seq}: ${column} is not what its text says` }
}

/** What is known of the audit from outside the database: a row and the hash that it had; `name` says who tells. */
export type Anchor = { seq: number; hash: string; name: string }

/** Holds rows against the anchors as they pass, in the order of their seq. */
function createAnchors(anchors: readonly Anchor[]) {
  const waiting = anchors.toSorted((a, b) => a.seq - b.seq)
  let at = 0
  let vouchedFor = 0
  return {
    whatIsWrong(row: Row): { seq: number; reason: string } | undefined {
      for (let anchor = waiting[at]; anchor !== undefined && anchor.seq <= row.seq; anchor = waiting[++at]) {
        if (anchor.hash !== row.hash) return { seq: vouchedFor + 1, reason: `row ${row.seq} is not the one that ${anchor.name} signed: it, or rows before it, were rewritten` }
        vouchedFor = anchor.seq
      }
      return undefined
    },
    /** After the last row there must be no anchor left. */
    whatIsCut(lastSeq: number): { seq: number; reason: string } | undefined {
      const last = at < waiting.length ? waiting.at(-1) : undefined
      return last && { seq: lastSeq + 1, reason: `rows ${lastSeq + 1} to ${last.seq} were cut off: ${last.name} signed row ${last.seq}` }
    },
  }
}

/**
 * Recomputes the whole chain, page by page, in one snapshot, and holds it against the anchors. Without anchors it cannot see rows cut
 * off the end, or a chain rewritten to its end.
 */
export async function verifyAudit(db: Database = database(), anchors: readonly Anchor[] = []): Promise<AuditVerdict> {
  return inTransaction(db, async (client) => {
    await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const known = createAnchors(anchors)
    let previous = { seq: 0, hash: genesisHash }
    for (let after = Number.MIN_SAFE_INTEGER; ; after = previous.seq) {
      const rows = await readPage(client, after)
      for (const row of rows) {
        const wrong = whatIsWrong(row, previous) ?? known.whatIsWrong(row)
        if (wrong !== undefined) return { fine: false, ...wrong }
        previous = { seq: row.seq, hash: row.hash }
      }
      if (rows.length === pageSize) continue
      const cut = known.whatIsCut(previous.seq)
      return cut === undefined ? { fine: true, rows: previous.seq, lastHash: previous.hash } : { fine: false, ...cut }
    }
  })
}
