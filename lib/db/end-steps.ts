import type { PoolClient } from 'pg'
import type { AuditEntry } from '#lib/domain/audit.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import type { StopReason } from '#lib/domain/operation.ts'
import { rolesByKind } from '#lib/domain/permission.ts'
import { appendAudit } from './audit.ts'
import { inTransaction, type Database } from './client.ts'

/** The rule of `toOperationState` in SQL, for those of these operations whose last step has ended. The password of a share that one mounted from is forgotten with its end. */
export async function finishOperations(client: PoolClient, operationIds: readonly string[]): Promise<void> {
  await client.query(
    `WITH finished AS (UPDATE "Operation" o SET "finishedAt" = now(), counts = c.counts, state = CASE
      WHEN c.verified = c.total THEN 'succeeded'
      WHEN c.aborted = c.total OR (o."stoppedAt" IS NOT NULL AND c.aborted > 0) THEN 'aborted'
      ELSE 'failed' END
    FROM (
      SELECT g."operationId", jsonb_object_agg(g.state, g.n) AS counts, sum(g.n) AS total,
        coalesce(sum(g.n) FILTER (WHERE g.state = 'verified'), 0) AS verified, coalesce(sum(g.n) FILTER (WHERE g.state = 'aborted'), 0) AS aborted
      FROM (SELECT s."operationId", s.state, count(*) AS n FROM "Step" s WHERE s."operationId" = ANY($1) GROUP BY 1, 2) g GROUP BY 1) c
    WHERE o.id = c."operationId" AND o."finishedAt" IS NULL
      AND NOT EXISTS (SELECT 1 FROM "Step" s WHERE s."operationId" = o.id AND s.state IN ('queued', 'sending', 'sent'))
    RETURNING o.id)
    DELETE FROM "ShareSecret" WHERE "operationId" IN (SELECT id FROM finished)`,
    [operationIds],
  )
}

/** After so long without a conductor an operation is not taken up again: what was pressed an hour ago must not happen now. */
const longestUnseenSeconds = 600
const noteEverySeconds = 30

type Stopped = { id: string; kind: string; by: string; selection: string; stopReason: StopReason }

/**
 * Stops what must not go on: operations whose asker may not any more, and those that no conductor has had in view for ten minutes. Notes
 * of the others that one has.
 */
export async function stopForbidden(db: Database): Promise<void> {
  const forbidden = `NOT operation_may(o."byKind", o."byId", ARRAY(SELECT jsonb_array_elements_text($1::jsonb -> o.kind)))`
  const unseen = `o."lookedAt" < now() - make_interval(secs => $2)`
  const { rows } = await db.pool.query<{ id: string }>(
    `SELECT o.id FROM "Operation" o WHERE o.state = 'running' AND o."stoppedAt" IS NULL AND (${forbidden} OR ${unseen})`,
    [JSON.stringify(rolesByKind), longestUnseenSeconds],
  )
  for (const { id } of rows) {
    await inTransaction(db, async (client) => {
      const { rows: stopped } = await client.query<Stopped>(
        `UPDATE "Operation" o SET "stoppedAt" = now(), "stopReason" = CASE WHEN ${forbidden} THEN 'revoked' ELSE 'stalled' END
        WHERE o.id = $3 AND o.state = 'running' AND o."stoppedAt" IS NULL AND (${forbidden} OR ${unseen})
        RETURNING o.id, o.kind, o.by, o.selection, o."stopReason"`,
        [JSON.stringify(rolesByKind), longestUnseenSeconds, id],
      )
      if (stopped[0] !== undefined) await appendAudit(client, toStopEntry(stopped[0]))
    })
  }
  await db.pool.query(`UPDATE "Operation" SET "lookedAt" = now() WHERE state = 'running' AND "lookedAt" < now() - make_interval(secs => $1)`, [noteEverySeconds])
}

const system = { actor: 'conductor', actorKind: 'system', ip: null, requestId: null, node: null } as const

const toStopEntry = ({ id, kind, by, selection, stopReason }: Stopped): AuditEntry => ({
  ...system,
  action: 'operation-stop',
  target: id,
  outcome: 'ok',
  operationId: id,
  detail: { reason: stopReason, kind, by, nodes: selection },
})

const endings: Record<StopReason, string> = {
  aborted: 'the operation was aborted before anything was sent',
  revoked: 'who asked for it may not any more; nothing was sent',
  stalled: 'no conductor was there to do it for ten minutes; nothing was sent',
}

type Orphan = { operationId: string; kind: string; action: string; nodeName: string; state: string }

/**
 * Ends steps that nobody will: those whose node was removed, and those of a stopped operation that have not begun. What was sent to a
 * removed node is unknown. Gives how many.
 */
export async function endOrphans(db: Database): Promise<number> {
  const isOrphan = `s.state IN ('queued', 'sending', 'sent') AND (s."nodeId" IS NULL OR (o."stoppedAt" IS NOT NULL AND s.state = 'queued'))`
  const { rows: found } = await db.pool.query<{ id: string }>(
    `SELECT o.id FROM "Operation" o WHERE o.state = 'running' AND EXISTS (SELECT 1 FROM "Step" s WHERE s."operationId" = o.id AND ${isOrphan})`,
  )
  let ended = 0
  for (const { id } of found) ended += await inTransaction(db, (client) => endOrphansOf(client, id, isOrphan))
  return ended
}

async function endOrphansOf(client: PoolClient, operationId: string, isOrphan: string): Promise<number> {
  await client.query('SELECT 1 FROM "Operation" WHERE id = $1 FOR UPDATE', [operationId])
  const { rows } = await client.query<Orphan>(
    `UPDATE "Step" s SET "updatedAt" = now(), "endedAt" = now(),
      state = CASE WHEN s.state = 'queued' THEN 'aborted' ELSE 'unknown' END,
      error = CASE WHEN s."nodeId" IS NULL
        THEN jsonb_build_object('code', 'node-gone', 'message', s."nodeName" || ': the node was removed before its step ended')
        ELSE jsonb_build_object('code', o."stopReason", 'message', s."nodeName" || ': ' || ($2::jsonb ->> o."stopReason")) END
    FROM "Operation" o WHERE o.id = s."operationId" AND o.id = $1 AND ${isOrphan}
    RETURNING o.id AS "operationId", o.kind, o.action, s."nodeName", s.state`,
    [operationId, JSON.stringify(endings)],
  )
  await finishOperations(client, [operationId])
  for (const state of ['aborted', 'unknown']) {
    const ofState = rows.filter((row) => row.state === state)
    if (ofState[0] !== undefined) await appendAudit(client, toEndEntry(ofState[0], ofState))
  }
  return rows.length
}

/** One row for all: of a thousand nodes that waited a thousand rows would say the same. */
const toEndEntry = ({ operationId, kind, action, state }: Orphan, all: readonly Orphan[]): AuditEntry => ({
  ...system,
  action: kind,
  target: action,
  outcome: state === 'aborted' ? 'refused' : 'unknown',
  operationId,
  detail: { state, nodes: foldNames(all.map(({ nodeName }) => nodeName)) },
})
