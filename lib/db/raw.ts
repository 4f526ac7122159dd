import type { PoolClient } from 'pg'
import type { AuditEntry } from '#lib/domain/audit.ts'
import type { RawAnswer, RawAsked, RawFailure } from '#lib/domain/raw.ts'
import type { Role } from '#lib/domain/role.ts'
import { appendAudit } from './audit.ts'
import { inTransaction, type Database } from './client.ts'
import type { Owner } from './steps.ts'

/** A request by hand, as its node's conductor takes it. */
export type RawWork = RawAsked & { nodeName: string }

const work = `r.id, r."nodeId", n.name AS "nodeName", r.method, r.path, r.body, r."ifMatch", r.by, r."byId", r."byKind", r."sessionId", r.ip, r."requestId"`

/** Takes up to `limit` requests to nodes that this conductor owns; what another one is taking is passed over. */
export async function takeRaw(db: Database, conductorId: string, limit: number): Promise<RawWork[]> {
  const { rows } = await db.pool.query<RawWork>(
    `UPDATE "RawRequest" r SET state = 'running' FROM "Node" n, (
      SELECT q.id FROM "RawRequest" q JOIN "Node" m ON m.id = q."nodeId" WHERE q.state = 'queued' AND m."ownerId" = $2
      ORDER BY q."createdAt" LIMIT $1 FOR UPDATE OF q SKIP LOCKED) q
    WHERE r.id = q.id AND n.id = r."nodeId" RETURNING ${work}`,
    [limit, conductorId],
  )
  return rows
}

export type RawIntent = { work: RawWork; owner: Owner; perMinute: number; roles: readonly Role[]; audit: AuditEntry }
export type RawIntentAnswer = 'committed' | 'not-ours' | 'protected' | 'rate-limit' | 'forbidden'

/**
 * Commits that a change is about to be sent, with its audit row, while the caller owns the node, the node is not protected and who asked
 * still may. After `committed` it may leave, once; after anything else it must not.
 */
export async function beginRaw(db: Database, intent: RawIntent): Promise<RawIntentAnswer> {
  return inTransaction(db, async (client) => {
    await client.query(`SET LOCAL lock_timeout = '3s'; SET LOCAL statement_timeout = '5s'`)
    const refusal = await lockNode(client, intent)
    if (refusal !== null) return refusal
    const { rowCount } = await client.query(`UPDATE "RawRequest" SET state = 'sending', "sentAt" = now() WHERE id = $1 AND state = 'running'`, [intent.work.id])
    if (rowCount !== 1) return 'not-ours'
    await appendAudit(client, intent.audit)
    return 'committed'
  })
}

async function lockNode(client: PoolClient, { work: asked, owner, perMinute, roles }: RawIntent): Promise<RawIntentAnswer | null> {
  const { rows } = await client.query<{ protected: boolean; may: boolean; recent: number }>(
    `SELECT n.protected, console_may($4, $5, $6, $7) AS may,
      (SELECT count(*)::int FROM "RawRequest" r WHERE r."nodeId" = n.id AND r."sentAt" > now() - interval '1 minute') AS recent
    FROM "Node" n WHERE n.id = $1 AND n."ownerId" = $2 AND n."ownerEpoch" = $3 FOR SHARE OF n`,
    [asked.nodeId, owner.conductorId, owner.epoch, asked.byKind, asked.byId, asked.sessionId, roles],
  )
  const node = rows[0]
  if (node === undefined) return 'not-ours'
  if (!node.may) return 'forbidden'
  if (node.protected) return 'protected'
  return node.recent >= perMinute ? 'rate-limit' : null
}

export type RawEnd = { answer: RawAnswer | null; body: string | null; failure: RawFailure | null }

/** Writes the answer, and the outcome of a change into the audit, in one transaction. The body that was sent is gone with it. */
export async function finishRaw(db: Database, id: string, end: RawEnd, audit: AuditEntry | null): Promise<void> {
  await inTransaction(db, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE "RawRequest" SET state = 'done', answer = $2, "answerBody" = $3, failure = $4, body = NULL, "finishedAt" = now() WHERE id = $1 AND state <> 'done'`,
      [id, toJson(end.answer), end.body, toJson(end.failure)],
    )
    if (rowCount === 1 && audit !== null) await appendAudit(client, audit)
  })
}

const toJson = (value: unknown) => (value === null ? null : JSON.stringify(value))

/** Requests that nobody works on any more: their conductor died, or none took them. `wasSending`: it may have reached the BMC. */
export async function listForgottenRaw(db: Database, afterSeconds: number): Promise<(RawWork & { wasSending: boolean })[]> {
  const { rows } = await db.pool.query<RawWork & { wasSending: boolean }>(
    `SELECT ${work}, r.state = 'sending' AS "wasSending" FROM "RawRequest" r JOIN "Node" n ON n.id = r."nodeId"
    WHERE r.state <> 'done' AND r."createdAt" < now() - make_interval(secs => $1)`,
    [afterSeconds],
  )
  return rows
}

/** Answers are kept for as long as a page may need them. */
export async function deleteOldRaw(db: Database, afterSeconds: number): Promise<void> {
  await db.pool.query(`DELETE FROM "RawRequest" WHERE state = 'done' AND "createdAt" < now() - make_interval(secs => $1)`, [afterSeconds])
}
