import type { OperationCreate, OperationQuery } from '#lib/api/contract.ts'
import { canonicalJson } from '#lib/domain/audit.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import type { Operation } from '#lib/domain/operation.ts'
import { resetType } from '#lib/domain/power.ts'
import { record } from '#lib/auth/record.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { prisma, type Transaction } from '#lib/db/client.ts'
import { findNodesByName } from '#lib/db/nodes.ts'
import * as db from '#lib/db/operations.ts'
import { invalid } from './address.ts'
import { unknownNode } from './nodes.ts'
import { change, demand, refuse } from './permission.ts'

/** A step that nobody has begun by then is not begun: what was pressed an hour ago must not happen now. */
const deadlineMs = 10 * 60_000

type Found = Awaited<ReturnType<typeof findNodesByName>>

type Attempt = { action: string; target: string; node?: string; detail: Record<string, unknown> }

/** What is asked, already permitted: who may not must not come here. `request` is what makes a key stand for the same thing. */
type Order = Pick<db.NewOperation, 'kind' | 'action'> & { request: unknown; nodes: readonly { id: string; name: string }[]; attempt: Attempt }

const attemptOf = ({ kind, action, nodes }: OperationCreate): Attempt => ({
  action: kind,
  target: action,
  ...(nodes.length === 1 ? { node: nodes[0]! } : {}),
  detail: { nodes },
})

function demandFitting({ kind, action }: OperationCreate): void {
  if (resetType.safeParse(action).success !== (kind === 'power')) throw invalid('action', `${action} is not an action of the kind "${kind}"`)
}

/** The key of `Idempotency-Key`: printable, bounded; draft-ietf-httpapi-idempotency-key-header §2.1. */
function toKey(key: string | null): string | null {
  if (key === null) return null
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key
  throw invalid('Idempotency-Key', 'must be 1 to 255 printable characters without spaces')
}

/** The operation that this key stands for already; a key used for something else is refused. */
function sameOrRefuse(known: { id: string; request: string }, request: string): string {
  if (known.request === request) return known.id
  throw new BaseboardError('key-reused', 409, 'Idempotency-Key: this key was used before, for something else')
}

/** The nodes in the order asked. Throws for the first that is not there, is protected, or that this person may not touch. */
async function demandNodes(user: SignedInUser, request: OperationCreate): Promise<Found> {
  const names = [...new Set(request.nodes)]
  const found = new Map((await findNodesByName(prisma(), names)).map((node) => [node.name, node]))
  const missing = names.find((name) => !found.has(name))
  if (missing !== undefined) throw unknownNode(missing)
  const nodes = names.map((name) => found.get(name)!)
  await demand(user, request.kind, attemptOf(request), nodes)
  const shielded = request.kind === 'power' ? nodes.find((node) => node.protected) : undefined
  if (shielded !== undefined) {
    await refuse(user, attemptOf(request), new BaseboardError('protected', 409, `${shielded.name} is protected: an administrator must lift that first`))
  }
  return nodes
}

async function insert(tx: Transaction, user: SignedInUser, order: Order, idempotencyKey: string | null): Promise<string> {
  const text = canonicalJson(order.request)
  const { ip, requestId } = user
  const deadlineAt = new Date(Date.now() + deadlineMs)
  const { kind, action } = order
  const id = await db.insertOperation(tx, { kind, action, by: user.name, byId: user.id, ip, requestId, idempotencyKey, request: text, deadlineAt })
  if (id === null) return sameOrRefuse((await db.findByKey(tx, user.id, idempotencyKey!))!, text)
  await db.insertSteps(tx, id, order.nodes)
  await record(tx, user, { ...order.attempt, outcome: 'intent', operationId: id })
  return id
}

/** The operation that this key of this person stands for already; null when it stands for none. Throws when it was for something else. */
export async function findAsked(user: SignedInUser, idempotencyKey: string | null, request: unknown): Promise<{ id: string } | null> {
  const key = toKey(idempotencyKey)
  const known = key === null ? null : await db.findByKey(prisma(), user.id, key)
  return known === null ? null : { id: sameOrRefuse(known, canonicalJson(request)) }
}

/** Writes down an operation and its intent for a conductor to do. */
export async function order(user: SignedInUser, idempotencyKey: string | null, asked: Order): Promise<{ id: string }> {
  return { id: await change((tx) => insert(tx, user, asked, toKey(idempotencyKey))) }
}

/**
 * Asks for something to be done to nodes, at most once each, and gives the operation's id; a conductor does it. The same key with
 * the same request by the same person is the same operation. A node whose BMC is silent is accepted: its step will say why not.
 */
export async function createOperation(user: SignedInUser, request: OperationCreate, idempotencyKey: string | null): Promise<{ id: string }> {
  await demand(user, request.kind, attemptOf(request))
  demandFitting(request)
  const known = await findAsked(user, idempotencyKey, request)
  if (known !== null) return known
  const nodes = await demandNodes(user, request)
  return order(user, idempotencyKey, { kind: request.kind, action: request.action, request, nodes, attempt: attemptOf(request) })
}

export async function readOperation(user: SignedInUser, id: string): Promise<Operation> {
  await demand(user, 'read')
  const operation = await db.findOperation(id)
  if (operation === null) throw new BaseboardError('unknown-operation', 404, `there is no operation ${id}`)
  return operation
}

/** The newest operations, of one node if one is named. */
export async function listOperations(user: SignedInUser, query: Partial<OperationQuery> = {}): Promise<Operation[]> {
  await demand(user, 'read')
  return db.listOperations({ node: query.node, limit: query.limit ?? 50 })
}
