import type { PoolClient } from 'pg'
import type { OperationLimits } from '#lib/domain/operation-limits.ts'
import { toRelease, type Batch, type WaitingStep } from '#lib/domain/release.ts'
import { installsAtOnce } from '#lib/domain/install.ts'
import { inTransaction, type Database } from './client.ts'

/**
 * An operation whose place is before another's acts first on the nodes that they share. What only reads neither waits for a command nor
 * holds one up. `p` is the other's row, `o` its own.
 */
export const isBefore = `((p.kind = 'refresh') = (o.kind = 'refresh') AND (p."auditSeq", p."createdAt", p.id) < (o."auditSeq", o."createdAt", o.id))`

/** An unfinished step `e` of an earlier operation holds the node. One that only watches what the node reads of an image does not. */
export const holdsNode = `(e.state IN ('queued', 'sending', 'sent') AND e.stage IS DISTINCT FROM 'reading')`

/** Operations of which steps wait to be released, the earliest first. */
export async function listReleasable(db: Database): Promise<string[]> {
  const { rows } = await db.pool.query<{ id: string }>(
    `SELECT o.id FROM "Operation" o WHERE o.state = 'running' AND o."heldAt" IS NULL AND o."stoppedAt" IS NULL
      AND EXISTS (SELECT 1 FROM "Step" s WHERE s."operationId" = o.id AND s.state = 'queued' AND s."releasedAt" IS NULL)
    ORDER BY o."auditSeq", o."createdAt", o.id`,
  )
  return rows.map((row) => row.id)
}

const lockedAgainMs = 50

/**
 * Releases the steps of one operation that may begin now. Whichever conductor comes first does it, under the lock of the operation's row;
 * nobody waits for that. Gives in how many ms to look again: when the pause is over, or in a moment where the row was locked.
 */
export async function releaseSteps(db: Database, operationId: string): Promise<number | null> {
  return inTransaction(db, async (client) => {
    await client.query(`SET LOCAL statement_timeout = '10s'`)
    const { rows } = await client.query<{ kind: string; limits: OperationLimits; batch: number | null; now: Date }>(
      `SELECT kind, limits, batch, clock_timestamp() AS now FROM "Operation"
      WHERE id = $1 AND state = 'running' AND "heldAt" IS NULL AND "stoppedAt" IS NULL FOR UPDATE SKIP LOCKED`,
      [operationId],
    )
    const [operation] = rows
    if (operation === undefined) return lockedAgainMs
    const nowMs = operation.now.getTime()
    const room = operation.kind === 'install' ? await readInstallRoom(client) : Infinity
    const release = toRelease(await readBatch(client, operationId, operation.batch ?? 0), await listWaiting(client, operationId), operation.limits, nowMs, room)
    if (release.ids.length > 0) {
      await client.query(`UPDATE "Step" SET "releasedAt" = now(), batch = $2, "updatedAt" = now() WHERE id = ANY($1)`, [release.ids, release.batch])
      await client.query('UPDATE "Operation" SET batch = $2 WHERE id = $1', [operationId, release.batch])
    }
    return release.againAtMs === null ? null : release.againAtMs - nowMs
  })
}

/** How many installs more may be under way on this site. Whoever looks holds the figure until its own are released. */
async function readInstallRoom(client: PoolClient): Promise<number> {
  await client.query(`SELECT pg_advisory_xact_lock(hashtext('baseboard installs'))`)
  const { rows } = await client.query<{ most: number | null; now: number }>(
    `SELECT (SELECT (value #>> '{}')::int FROM "Setting" WHERE key = 'installsAtOnce') AS most, (
      SELECT count(*)::int FROM "Step" s JOIN "Operation" o ON o.id = s."operationId"
      WHERE o.kind = 'install' AND o.state = 'running' AND s.state IN ('queued', 'sending', 'sent') AND s."releasedAt" IS NOT NULL) AS now`,
  )
  const { most, now } = rows[0]!
  return Math.max(0, (most ?? installsAtOnce.usual) - now)
}

async function readBatch(client: PoolClient, operationId: string, number: number): Promise<Batch> {
  const { rows } = await client.query<{ lanes: string[]; ended: boolean; endedAt: Date | null }>(
    `SELECT s.lanes, s.state NOT IN ('queued', 'sending', 'sent') AS ended, s."endedAt" FROM "Step" s WHERE s."operationId" = $1 AND s.batch = $2`,
    [operationId, number],
  )
  const ends = rows.flatMap(({ endedAt }) => endedAt?.getTime() ?? [])
  return { number, steps: rows, lastEndedMs: ends.length === 0 ? null : Math.max(...ends) }
}

/** A node that was removed holds nobody up: its step ends by itself. */
async function listWaiting(client: PoolClient, operationId: string): Promise<WaitingStep[]> {
  const { rows } = await client.query<WaitingStep>(
    `SELECT s.id, s.lanes, EXISTS (
      SELECT 1 FROM "Step" e JOIN "Operation" p ON p.id = e."operationId"
      WHERE e."nodeId" = s."nodeId" AND ${holdsNode} AND ${isBefore}) AS blocked
    FROM "Step" s JOIN "Operation" o ON o.id = s."operationId"
    WHERE s."operationId" = $1 AND s.state = 'queued' AND s."releasedAt" IS NULL AND s."nodeId" IS NOT NULL ORDER BY s.position`,
    [operationId],
  )
  return rows
}
