import type { ActionOptions, OperationAction, OperationKind, StopReason } from '#lib/domain/operation.ts'
import type { OperationLimits } from '#lib/domain/operation-limits.ts'
import type { Transaction } from './client.ts'

export type NewOperation = {
  kind: OperationKind
  action: OperationAction
  by: string
  byId: string
  byKind: 'person' | 'token'
  ip: string | null
  requestId: string | null
  idempotencyKey: string | null
  /** What was asked, canonical. */
  request: string
  /** The names of its nodes, folded. */
  selection: string
  options: ActionOptions
  limits: OperationLimits
  deadlineSeconds: number
  retryOfId: string | null
}

export type NewStep = { nodeId: string; nodeName: string; lanes: readonly string[] }

/** Adds an operation; null when this actor has used the key before, in a transaction that has ended meanwhile. */
export async function insertOperation(tx: Transaction, operation: NewOperation): Promise<string | null> {
  const rows = await tx.operation.createManyAndReturn({ data: [operation], skipDuplicates: true, select: { id: true } })
  return rows[0]?.id ?? null
}

/** Adds its steps, to be done in this order. */
export async function insertSteps(tx: Transaction, operationId: string, steps: readonly NewStep[]): Promise<void> {
  const rows = JSON.stringify(steps.map((step, position) => ({ ...step, position })))
  await tx.$executeRaw`
    INSERT INTO "Step" ("operationId", "nodeId", "nodeName", "position", "lanes")
    SELECT ${operationId}::uuid, s."nodeId", s."nodeName", s."position", s."lanes"
    FROM jsonb_to_recordset(${rows}::jsonb) AS s("nodeId" uuid, "nodeName" text, "position" int, "lanes" text[])`
}

/** Gives an operation its place among those of the same nodes: the row of the audit by which it was asked. */
export async function setAuditSeq(tx: Transaction, operationId: string, seq: number): Promise<void> {
  await tx.operation.update({ where: { id: operationId }, data: { auditSeq: seq }, select: { id: true } })
}

/** What this actor asked with this key before. */
export async function findByKey(db: Transaction, byId: string, idempotencyKey: string): Promise<{ id: string; request: string } | null> {
  return db.operation.findUnique({ where: { byId_idempotencyKey: { byId, idempotencyKey } }, select: { id: true, request: true } })
}

export type Twin = { operationId: string; by: string; nodeName: string }

/** Steps of other operations on these nodes that ask for the same and have not ended. */
export async function findTwins(tx: Transaction, operationId: string, action: string): Promise<Twin[]> {
  return tx.$queryRaw<Twin[]>`
    SELECT DISTINCT o."id" AS "operationId", o."by", s."nodeName" FROM "Step" mine
    JOIN "Step" s ON s."nodeId" = mine."nodeId" AND s."state" IN ('queued', 'sending', 'sent')
    JOIN "Operation" o ON o."id" = s."operationId" AND o."action" = ${action} AND o."id" <> mine."operationId" AND o."stoppedAt" IS NULL
    WHERE mine."operationId" = ${operationId}::uuid`
}

export type LockedOperation = { id: string; kind: OperationKind; action: OperationAction; by: string; selection: string; state: string; limits: OperationLimits; held: boolean; stopped: boolean }

/** Locks an operation: nothing of it begins, ends or is released until the transaction has ended. */
export async function lockOperation(tx: Transaction, id: string): Promise<LockedOperation | null> {
  const rows = await tx.$queryRaw<LockedOperation[]>`
    SELECT "id", "kind", "action", "by", "selection", "state", "limits", "heldAt" IS NOT NULL AS "held", "stoppedAt" IS NOT NULL AS "stopped"
    FROM "Operation" WHERE "id" = ${id}::uuid FOR UPDATE`
  return rows[0] ?? null
}

/** From here on nothing of it begins; a conductor ends what waits. */
export async function stopOperation(tx: Transaction, id: string, reason: StopReason, by: string): Promise<void> {
  await tx.$executeRaw`UPDATE "Operation" SET "stoppedAt" = now(), "stopReason" = ${reason}, "stoppedBy" = ${by} WHERE "id" = ${id}::uuid`
}

/** Holds an operation, or with null lets it go on. */
export async function holdOperation(tx: Transaction, id: string, by: string | null): Promise<void> {
  await tx.$executeRaw`UPDATE "Operation" SET "heldAt" = CASE WHEN ${by}::text IS NULL THEN NULL ELSE now() END, "heldBy" = ${by} WHERE "id" = ${id}::uuid`
}

export type RetryableStep = { nodeName: string; nodeId: string | null; state: string; retriedIn: string | null }

/** The steps of an operation that ended in one of these states, in order, with the operation that has asked for the same again already. */
export async function listRetryable(tx: Transaction, id: string, states: readonly string[]): Promise<RetryableStep[]> {
  return tx.$queryRaw<RetryableStep[]>`
    SELECT s."nodeName", s."nodeId", s."state", (
      SELECT r."id" FROM "Operation" r JOIN "Step" t ON t."operationId" = r."id" AND t."nodeId" = s."nodeId" WHERE r."retryOfId" = ${id}::uuid LIMIT 1) AS "retriedIn"
    FROM "Step" s WHERE s."operationId" = ${id}::uuid AND s."state" = ANY(${[...states]}) ORDER BY s."position"`
}
