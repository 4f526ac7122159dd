import type { OperationList, OperationQuery, StepList, StepQuery } from '#lib/api/contract.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import * as db from '#lib/db/operations-read.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { demand } from './permission.ts'

export const unknownOperation = (id: string) => new BaseboardError('unknown-operation', 404, `there is no operation ${id}`)

/** One operation as a whole, with how many of its steps are in which state. */
export async function readOperation(user: SignedInUser, id: string): Promise<Operation> {
  await demand(user, 'read')
  const operation = await db.findOperation(id)
  if (operation === null) throw unknownOperation(id)
  return operation
}

/** A page of operations, newest first; those of one node carry their step on it. */
export async function listOperations(user: SignedInUser, query: Partial<OperationQuery> = {}): Promise<OperationList> {
  await demand(user, 'read')
  const { before, limit = 50, ...filter } = query
  const [at, id] = before?.split('_') ?? []
  const operations = await db.listOperations({ ...filter, limit, ...(at === undefined || id === undefined ? {} : { before: { at, id } }) })
  const last = operations.length === limit ? operations.at(-1) : undefined
  return { operations, next: last === undefined ? null : `${last.createdAt}_${last.id}` }
}

/** A page of an operation's steps. */
export async function listSteps(user: SignedInUser, id: string, query: Partial<StepQuery> = {}): Promise<StepList> {
  const { id: operationId } = await readOperation(user, id)
  const { state, node, order = 'position', after, limit = 200 } = query
  const [rank, position] = after?.split('.').map(Number) ?? []
  const from = rank === undefined || position === undefined ? {} : { after: { rank, position } }
  const { steps, next } = await db.listStepsOf(operationId, { order, limit, ...from, ...(node === undefined ? {} : { node }), ...(state === undefined ? {} : { states: state.split(',') }) })
  return { steps, next: next === null ? null : `${next.rank}.${next.position}` }
}
