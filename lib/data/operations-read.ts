import type { OperationList, OperationQuery, StepList, StepQuery } from '#lib/api/contract.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import * as detail from '#lib/db/operation-detail.ts'
import * as db from '#lib/db/operations-read.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import { toNamePattern, toNames } from '#lib/domain/name-pattern.ts'
import type { OperationDetail, OperationNodes } from '#lib/domain/operation-detail.ts'
import { stepState, type Operation } from '#lib/domain/operation.ts'
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

const mostNames = 10_000

/** What was typed to find steps: a range of names is meant whole, a word without brackets is a part of a name, as is what stands before an open one. */
function toNamed(text: string): { names: string[]; parts: string[] } | undefined {
  const words = text.toLowerCase().match(/(?:\[[^\]]*\]?|[^\s,[])+/g) ?? []
  if (words.length === 0) return undefined
  const patterns = words.map((word) => ({ word, pattern: toNamePattern(word) }))
  return {
    names: patterns.flatMap(({ word, pattern }) => (typeof pattern === 'string' || !word.includes('[') ? [] : (toNames(pattern, mostNames) ?? []))),
    parts: patterns.flatMap(({ word, pattern }) => (!word.includes('[') ? [word] : pattern === 'unclosed-bracket' ? [word.slice(0, word.indexOf('['))] : [])),
  }
}

/** A page of an operation's steps. */
export async function listSteps(user: SignedInUser, id: string, query: Partial<StepQuery> = {}): Promise<StepList> {
  const { id: operationId } = await readOperation(user, id)
  const { state, q, after, order = 'position', limit = 200, ...rest } = query
  const [rank, position] = after?.split('.').map(Number) ?? []
  const from = rank === undefined || position === undefined ? {} : { after: { rank, position } }
  const { steps, next, total } = await db.listStepsOf(operationId, { ...rest, ...from, order, limit, named: toNamed(q ?? ''), states: state?.split(',') })
  return { steps, next: next === null ? null : `${next.rank}.${next.position}`, total }
}

/** One operation with what its own page shows. */
export async function readOperationDetail(user: SignedInUser, id: string): Promise<OperationDetail> {
  const operation = await readOperation(user, id)
  const [asking, batches, retries] = await Promise.all([detail.findAsking(id), detail.listBatches(id), detail.listRetries(id)])
  if (asking === null) throw unknownOperation(id)
  return { ...operation, ...asking, batches, retries }
}

/** The nodes of an operation by the state of their steps: to copy, and to know what can be asked for again. */
export async function listOperationNodes(user: SignedInUser, id: string): Promise<OperationNodes> {
  await readOperation(user, id)
  const byState = new Map((await detail.listNamesByState(id)).map((row) => [row.state, row]))
  const states = stepState.options.flatMap((state) => byState.get(state) ?? [])
  return { states: states.map(({ state, names, again, gone }) => ({ state, count: names.length, range: foldNames(names), again, gone })) }
}
