import * as z from 'zod/mini'

/** What is written of one deed. Flat, so that it can be filtered and exported; no secret ever stands in it. */
export const auditEntry = z.object({
  actor: z.string(),
  actorKind: z.enum(['person', 'token', 'system']),
  ip: z.nullable(z.string()),
  requestId: z.nullable(z.string()),
  action: z.string(),
  node: z.nullable(z.string()),
  target: z.nullable(z.string()),
  outcome: z.enum(['intent', 'ok', 'refused', 'failed', 'unknown']),
  operationId: z.nullable(z.string()),
  detail: z.record(z.string(), z.unknown()),
})
export type AuditEntry = z.infer<typeof auditEntry>

/** A stored row: dense `seq`, the time in UTC with microseconds, the canonical text that was hashed, and the chain. */
export type AuditRow = { seq: number; at: string; body: string; prevHash: string; hash: string }

/** Postgres keeps neither NUL nor half a surrogate pair in JSON, and a BMC may have sent either: then they read as U+FFFD, and the row is written. */
const storable = (text: string) => text.replace(/\0|\p{Surrogate}/gu, '\ufffd')

/** JSON with sorted keys and no white space, so that the same entry is always the same text (RFC 8785 without its number rules). */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`
  if (value !== null && typeof value === 'object') {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(storable(key))}:${canonicalJson(member)}`)
    return `{${members.join(',')}}`
  }
  return JSON.stringify(typeof value === 'string' ? storable(value) : (value ?? null))
}

/** What is hashed for a row; `audit_append()` in SQL computes the same text. */
export const chainText = (row: Omit<AuditRow, 'hash'>) => `${row.prevHash}\n${row.seq}\n${row.at}\n${row.body}`

/** The `prevHash` of the first row. */
export const genesisHash = '0'.repeat(64)
