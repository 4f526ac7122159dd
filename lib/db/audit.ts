import type { PoolClient } from 'pg'
import { auditEntry, canonicalJson, type AuditEntry } from '#lib/domain/audit.ts'
import { rethrow } from './away.ts'
import { database, type Database, type Transaction } from './client.ts'
import { search, toPattern } from './search.ts'

/** Where an audit row is written: a Prisma transaction, a `pg` client inside BEGIN, or the database itself for a row of its own. */
export type AuditWriter = Pick<Transaction, '$queryRaw'> | Pick<PoolClient, 'query'>

/**
 * Appends one row to the chain and gives its seq. In the transaction of the deed, so that both are committed or neither; the chain's
 * lock is held until that transaction ends, so append last and do nothing slow after it. Only READ COMMITTED can append.
 */
export async function appendAudit(writer: AuditWriter, entry: AuditEntry): Promise<number> {
  const text = canonicalJson(auditEntry.parse(entry))
  const rows =
    '$queryRaw' in writer
      ? await writer.$queryRaw<{ seq: bigint }[]>`SELECT audit_append(${text}) AS seq`
      : (await writer.query<{ seq: string }>('SELECT audit_append($1) AS seq', [text]).catch(rethrow)).rows
  return Number(rows[0]!.seq)
}

/** Appends many rows in their order, in one statement: ten thousand round trips would hold the chain's lock for seconds. */
export async function appendAudits(writer: AuditWriter, entries: readonly AuditEntry[]): Promise<void> {
  const texts = entries.map((entry) => canonicalJson(auditEntry.parse(entry)))
  if ('$queryRaw' in writer) await writer.$queryRaw`SELECT count(audit_append(text)) FROM unnest(${texts}::text[]) WITH ORDINALITY AS row(text, at)`
  else await writer.query('SELECT count(audit_append(text)) FROM unnest($1::text[]) WITH ORDINALITY AS row(text, at)', [texts]).catch(rethrow)
}

/** What is asked of the audit: equality by field, words that must all occur, a span of time (ISO), and rows older than the seq `before`. */
export type AuditFilter = {
  actor?: string
  node?: string
  action?: string
  outcome?: string
  ip?: string
  operation?: string
  words?: readonly string[]
  from?: string
  to?: string
  before?: number
  limit: number
}

/** `hash` is the row's in the chain: what a checkpoint signs. */
export type AuditRecord = AuditEntry & { seq: number; at: string; hash: string }

type StoredRow = { seq: string; at: string; body: string; hash: string }

const exact = { actor: 'actor', node: 'node', action: 'action', outcome: 'outcome', ip: 'ip', operation: 'operationId' } as const

/** The UTC text of a time stamp exactly as audit_append() hashed it. */
const columns = `"seq", to_char("at" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, "body", "hash"`

/** A word as it stands in the JSON text of a row. */
const inJson = (word: string) => JSON.stringify(word).slice(1, -1)

function toConditions(filter: AuditFilter): { where: string; values: unknown[] } {
  const values: unknown[] = []
  const bind = (value: unknown) => `$${values.push(value)}`
  const fields = Object.entries(exact) as [keyof typeof exact, string][]
  const conditions = fields.flatMap(([field, column]) => (filter[field] === undefined ? [] : [`"${column}" = ${bind(filter[field])}`]))
  if (filter.from !== undefined) conditions.push(`"at" >= ${bind(filter.from)}::timestamptz`)
  if (filter.to !== undefined) conditions.push(`"at" < ${bind(filter.to)}::timestamptz`)
  if (filter.before !== undefined) conditions.push(`"seq" < ${bind(filter.before)}::bigint`)
  for (const word of filter.words ?? []) conditions.push(`"body" ILIKE ${bind(toPattern(inJson(word)))}`)
  return { where: conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`, values }
}

function toStatement(filter: AuditFilter): { text: string; values: unknown[] } {
  const { where, values } = toConditions(filter)
  return { text: `SELECT ${columns} FROM "Audit" ${where} ORDER BY "seq" DESC LIMIT $${values.length + 1}`, values: [...values, filter.limit] }
}

const toRecord = ({ seq, at, body, hash }: StoredRow): AuditRecord => Object.assign(toEntry(body), { seq: Number(seq), at, hash })

/** A page of rows, newest first. A row whose body is not an entry (somebody edited it) is shown as such and not left out. */
export async function readAudit(filter: AuditFilter, db: Database = database()): Promise<AuditRecord[]> {
  const { text, values } = toStatement(filter)
  return (await db.pool.query<StoredRow>(text, values)).rows.map(toRecord)
}

/** The same for somebody who waits for it: rejects with SearchTooSlow after 8 s. */
export async function searchAudit(filter: AuditFilter): Promise<AuditRecord[]> {
  const { text, values } = toStatement(filter)
  return (await search<StoredRow>(text, values)).map(toRecord)
}

/** One row, null when there is none of that seq. */
export async function findAuditRow(seq: number): Promise<AuditRecord | null> {
  const { rows } = await database().pool.query<StoredRow>(`SELECT ${columns} FROM "Audit" WHERE "seq" = $1`, [seq])
  return rows[0] === undefined ? null : toRecord(rows[0])
}

/** The rows of one request lie close together: its outcome is written within minutes of its intent. */
const requestReach = 2_000

/**
 * What belongs to a row, oldest first, itself included: the rows of its operation that are of its node or of the whole operation, else
 * those of its request that are of its node.
 */
export async function listRelated({ seq, node, operationId, requestId }: AuditRecord, limit: number): Promise<AuditRecord[]> {
  const related = (where: string, values: unknown[]) =>
    database().pool.query<StoredRow>(`SELECT ${columns} FROM "Audit" WHERE ${where} ORDER BY "seq" LIMIT ${limit}`, values)
  const { rows } =
    operationId !== null
      ? await related(`"operationId" = $1 AND ("node" IS NULL OR "node" = $2)`, [operationId, node])
      : requestId !== null
        ? await related(`"seq" BETWEEN $1 AND $2 AND "body" LIKE $3 AND "node" IS NOT DISTINCT FROM $4`, [seq - requestReach, seq + requestReach, toPattern(`"requestId":"${inJson(requestId)}"`), node])
        : await related('"seq" = $1', [seq])
  return rows.map(toRecord)
}

function toEntry(body: string): AuditEntry {
  try {
    return auditEntry.parse(JSON.parse(body))
  } catch {
    const unreadable = { actor: '?', actorKind: 'system' as const, action: 'unreadable', outcome: 'unknown' as const }
    return { ...unreadable, ip: null, requestId: null, node: null, target: null, operationId: null, detail: { body: body.slice(0, 1000) } }
  }
}
