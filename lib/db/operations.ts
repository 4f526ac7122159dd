import type { Operation, OperationAction, OperationKind, OperationState, StepState } from '#lib/domain/operation.ts'
import type { PowerState } from '#lib/domain/power.ts'
import { prisma, type Transaction } from './client.ts'

export type NewOperation = {
  kind: OperationKind
  action: OperationAction
  by: string
  byId: string
  ip: string | null
  requestId: string | null
  idempotencyKey: string | null
  /** What was asked, canonical. */
  request: string
  deadlineAt: Date
}

/** Adds an operation; null when this actor has used the key before, in a transaction that has ended meanwhile. */
export async function insertOperation(tx: Transaction, operation: NewOperation): Promise<string | null> {
  const rows = await tx.operation.createManyAndReturn({ data: [operation], skipDuplicates: true, select: { id: true } })
  return rows[0]?.id ?? null
}

/** Adds its steps, in the order of the nodes. */
export async function insertSteps(tx: Transaction, operationId: string, nodes: readonly { id: string; name: string }[]): Promise<void> {
  await tx.step.createMany({ data: nodes.map((node, position) => ({ operationId, nodeId: node.id, nodeName: node.name, position })) })
}

/** What this actor asked with this key before. */
export async function findByKey(db: Transaction, byId: string, idempotencyKey: string): Promise<{ id: string; request: string } | null> {
  return db.operation.findUnique({ where: { byId_idempotencyKey: { byId, idempotencyKey } }, select: { id: true, request: true } })
}

const withSteps = {
  id: true,
  kind: true,
  action: true,
  state: true,
  by: true,
  createdAt: true,
  finishedAt: true,
  steps: {
    orderBy: { position: 'asc' },
    select: { nodeName: true, state: true, before: true, after: true, afterAt: true, evidence: true, commands: true, error: true },
  },
} as const

type Row = {
  id: string
  kind: string
  action: string
  state: string
  by: string
  createdAt: Date
  finishedAt: Date | null
  steps: {
    nodeName: string
    state: string
    before: string | null
    after: string | null
    afterAt: Date | null
    evidence: string | null
    commands: string[]
    error: unknown
  }[]
}

const toOperation = (row: Row): Operation => ({
  id: row.id,
  kind: row.kind as OperationKind,
  action: row.action as OperationAction,
  state: row.state as OperationState,
  by: row.by,
  createdAt: row.createdAt.toISOString(),
  finishedAt: row.finishedAt?.toISOString() ?? null,
  steps: row.steps.map((step) => ({
    node: step.nodeName,
    state: step.state as StepState,
    before: step.before as PowerState | null,
    after: step.after as PowerState | null,
    afterAt: step.afterAt?.toISOString() ?? null,
    commands: step.commands,
    ...(step.evidence === null ? {} : { evidence: step.evidence }),
    ...(step.error === null ? {} : { error: step.error as { code: string; message: string } }),
  })),
})

export async function findOperation(id: string): Promise<Operation | null> {
  const row = await prisma().operation.findUnique({ where: { id }, select: withSteps })
  return row === null ? null : toOperation(row)
}

/** The newest operations, of one node if one is named: by the name it had then, or has now. */
export async function listOperations(filter: { node?: string; limit: number }): Promise<Operation[]> {
  const { node } = filter
  const where = node === undefined ? {} : { steps: { some: { OR: [{ nodeName: node }, { node: { name: node } }] } } }
  const rows = await prisma().operation.findMany({ where, select: withSteps, orderBy: { createdAt: 'desc' }, take: filter.limit })
  return rows.map(toOperation)
}
