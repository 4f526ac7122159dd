import { mostBatches, type OperationBatch, type OperationDetail } from '#lib/domain/operation-detail.ts'
import type { StepCounts } from '#lib/domain/operation.ts'
import { noSteps } from '#lib/domain/progress.ts'
import { database } from './client.ts'

/** What the page of one operation shows beside what every list does. */

export type Asking = Pick<OperationDetail, 'byKind' | 'ip' | 'requestId'>

export async function findAsking(id: string): Promise<Asking | null> {
  const { rows } = await database().pool.query<Asking>('SELECT "byKind", ip, "requestId" FROM "Operation" WHERE id = $1', [id])
  return rows[0] ?? null
}

type BatchRow = { number: number; counts: Partial<StepCounts>; releasedAt: Date; endedAt: Date | null }

/** The newest batches of an operation, in order. */
export async function listBatches(operationId: string): Promise<OperationBatch[]> {
  const { rows } = await database().pool.query<BatchRow>(
    `SELECT g.batch AS number, jsonb_object_agg(g.state, g.n) AS counts, min(g."releasedAt") AS "releasedAt",
      CASE WHEN bool_and(g.state NOT IN ('queued', 'sending', 'sent')) THEN max(g."endedAt") END AS "endedAt"
    FROM (SELECT s.batch, s.state, count(*) AS n, min(s."releasedAt") AS "releasedAt", max(s."endedAt") AS "endedAt"
      FROM "Step" s WHERE s."operationId" = $1 AND s.batch IS NOT NULL GROUP BY s.batch, s.state) g
    GROUP BY g.batch ORDER BY g.batch DESC LIMIT $2`,
    [operationId, mostBatches],
  )
  return rows.toReversed().map(({ number, counts, releasedAt, endedAt }) => ({
    number,
    counts: { ...noSteps, ...counts },
    releasedAt: releasedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
  }))
}

type RetryRow = { id: string; by: string; createdAt: Date; nodes: string }

/** The operations in which its steps were asked for again, oldest first. */
export async function listRetries(operationId: string): Promise<OperationDetail['retries']> {
  const { rows } = await database().pool.query<RetryRow>(
    `SELECT id, by, "createdAt", left(selection, 500) AS nodes FROM "Operation" WHERE "retryOfId" = $1 ORDER BY "createdAt" LIMIT 100`,
    [operationId],
  )
  return rows.map(({ createdAt, ...row }) => ({ ...row, createdAt: createdAt.toISOString() }))
}

export type NamesOfState = { state: string; names: string[]; again: number; gone: number }

/** The names of an operation's nodes by the state of their steps, in order, with how many of them cannot be asked for again, and why. */
export async function listNamesByState(operationId: string): Promise<NamesOfState[]> {
  const { rows } = await database().pool.query<NamesOfState>(
    `SELECT s.state, array_agg(s."nodeName" ORDER BY s.position) AS names,
      count(a."nodeId")::int AS again, (count(*) FILTER (WHERE s."nodeId" IS NULL))::int AS gone
    FROM "Step" s
    LEFT JOIN (SELECT DISTINCT t."nodeId" FROM "Step" t JOIN "Operation" r ON r.id = t."operationId" WHERE r."retryOfId" = $1) a ON a."nodeId" = s."nodeId"
    WHERE s."operationId" = $1 GROUP BY s.state`,
    [operationId],
  )
  return rows
}
