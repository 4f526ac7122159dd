import type { AuditEntry } from '#lib/domain/audit.ts'
import type { RawFailure } from '#lib/domain/raw.ts'
import type { RecordingProgress, RecordingSummary } from '#lib/domain/recording.ts'
import { appendAudit } from './audit.ts'
import { inTransaction, type Database } from './client.ts'

/** A recording as its node's conductor takes it up. */
export type RecordingWork = { id: string; nodeId: string; nodeName: string; by: string; byKind: 'person' | 'token'; ip: string | null; requestId: string | null }

const work = `r.id, r."nodeId", n.name AS "nodeName", r.by, r."byKind", r.ip, r."requestId"`

/** Takes up to `limit` recordings of nodes that this conductor owns; what another one is taking is passed over. */
export async function takeRecordings(db: Database, conductorId: string, limit: number): Promise<RecordingWork[]> {
  const { rows } = await db.pool.query<RecordingWork>(
    `UPDATE "Recording" r SET state = 'running', "beatAt" = now() FROM "Node" n, (
      SELECT q.id FROM "Recording" q JOIN "Node" m ON m.id = q."nodeId" WHERE q.state = 'queued' AND m."ownerId" = $2
      ORDER BY q."createdAt" LIMIT $1 FOR UPDATE OF q SKIP LOCKED) q
    WHERE r.id = q.id AND n.id = r."nodeId" RETURNING ${work}`,
    [limit, conductorId],
  )
  return rows
}

/** Says that it goes on and how far it is. `stop`: somebody asked for its end. `gone`: it was removed, or is no longer ours. */
export async function beatRecording(db: Database, id: string, progress: RecordingProgress): Promise<'go-on' | 'stop' | 'gone'> {
  const { rows } = await db.pool.query<{ stopAsked: boolean }>(
    `UPDATE "Recording" SET progress = $2, "beatAt" = now() WHERE id = $1 AND state = 'running' RETURNING "stopAsked"`,
    [id, JSON.stringify(progress)],
  )
  const row = rows[0]
  if (row === undefined) return 'gone'
  return row.stopAsked ? 'stop' : 'go-on'
}

export type RecordingResult = { file: Buffer; summary: RecordingSummary; failure: null } | { file: null; summary: null; failure: RawFailure }

/** Keeps what came of it, with its row in the audit. */
export async function finishRecording(db: Database, id: string, { file, summary, failure }: RecordingResult, audit: AuditEntry): Promise<void> {
  await inTransaction(db, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE "Recording" SET state = 'done', file = $2, summary = $3, failure = $4, "finishedAt" = now() WHERE id = $1 AND state <> 'done'`,
      [id, file, summary === null ? null : JSON.stringify(summary), failure === null ? null : JSON.stringify(failure)],
    )
    if (rowCount === 1) await appendAudit(client, audit)
  })
}

/** Recordings whose conductor has said nothing for so long, and those that none took up. */
export async function listForgottenRecordings(db: Database, afterSeconds: number): Promise<RecordingWork[]> {
  const { rows } = await db.pool.query<RecordingWork>(
    `SELECT ${work} FROM "Recording" r JOIN "Node" n ON n.id = r."nodeId"
    WHERE r.state <> 'done' AND COALESCE(r."beatAt", r."createdAt") < now() - make_interval(secs => $1)`,
    [afterSeconds],
  )
  return rows
}

export async function deleteOldRecordings(db: Database, afterHours: number): Promise<void> {
  await db.pool.query(`DELETE FROM "Recording" WHERE state = 'done' AND "finishedAt" < now() - make_interval(hours => $1)`, [afterHours])
}
