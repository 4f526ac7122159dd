import type { PoolClient } from 'pg'
import { auditEntry, canonicalJson, type AuditEntry } from '#lib/domain/audit.ts'
import { rethrow } from './away.ts'
import { database, type Database, type Transaction } from './client.ts'

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

/** What is asked of the audit: equality by field, a span of time (ISO), and rows older than the seq `before`. */
export type AuditFilter = {
  actor?: string
  node?: string
  action?: string
  outcome?: string
  ip?: string
  from?: string
  to?: string
  before?: number
  limit: number
}

export type AuditRecord = AuditEntry & { seq: number; at: string }

const exact = ['actor', 'node', 'action', 'outcome', 'ip'] as const

/** The UTC text of a time stamp exactly as audit_append() hashed it. */
const utc = `to_char("at" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

function toConditions(filter: Omit<AuditFilter, 'limit'>): { where: string; values: unknown[] } {
  const values: unknown[] = []
  const bind = (value: unknown) => `$${values.push(value)}`
  const conditions = exact.flatMap((field) => (filter[field] === undefined ? [] : [`"${field}" = ${bind(filter[field])}`]))
  if (filter.from !== undefined) conditions.push(`"at" >= ${bind(filter.from)}::timestamptz`)
  if (filter.to !== undefined) conditions.push(`"at" < ${bind(filter.to)}::timestamptz`)
  if (filter.before !== undefined) conditions.push(`"seq" < ${bind(filter.before)}::bigint`)
  return { where: conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`, values }
}

/** A page of rows, newest first. A row whose body is not an entry (somebody edited it) is shown as such and not left out. */
export async function readAudit(filter: AuditFilter, db: Database = database()): Promise<AuditRecord[]> {
  const { where, values } = toConditions(filter)
  const { rows } = await db.pool.query<{ seq: string; at: string; body: string }>(
    `SELECT "seq", ${utc} AS at, "body" FROM "Audit" ${where} ORDER BY "seq" DESC LIMIT $${values.length + 1}`,
    [...values, filter.limit],
  )
  return rows.map(({ seq, at, body }) => Object.assign(toEntry(body), { seq: Number(seq), at }))
}

function toEntry(body: string): AuditEntry {
  try {
    return auditEntry.parse(JSON.parse(body))
  } catch {
    const unreadable = { actor: '?', actorKind: 'system' as const, action: 'unreadable', outcome: 'unknown' as const }
    return { ...unreadable, ip: null, requestId: null, node: null, target: null, operationId: null, detail: { body: body.slice(0, 1000) } }
  }
}
