import type { OperationCreate } from '#lib/api/contract.ts'
import { canonicalJson } from '#lib/domain/audit.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import { shieldedKinds } from '#lib/domain/operation-actions.ts'
import { inOrder, toLanes, usualDeadlineSeconds, type OperationLimits } from '#lib/domain/operation-limits.ts'
import { toMisfit, toOptions, toTarget } from '#lib/domain/operation.ts'
import { actionOf } from '#lib/domain/permission.ts'
import { isRepeatable } from '#lib/domain/reset-rules.ts'
import { record } from '#lib/auth/record.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { prisma, type Transaction } from '#lib/db/client.ts'
import type { NodeHead } from '#lib/db/nodes.ts'
import * as db from '#lib/db/operations.ts'
import { insertShareSecret } from '#lib/db/share-secrets.ts'
import { invalid } from './address.ts'
import { toKeptOptions, toShareSealer } from './media-order.ts'
import { demandNodes } from './operation-nodes.ts'
import { change, demand, demandUnprotected, refuse, type Attempt } from './permission.ts'

export type OperationAttempt = Attempt & { target: string; detail: Record<string, unknown> }

/** What is asked, already permitted: who may not must not come here. `request` is what makes a key stand for the same thing. */
export type Order = Pick<db.NewOperation, 'kind' | 'action' | 'options'> & {
  request: unknown
  nodes: readonly NodeHead[]
  attempt: OperationAttempt
  limits?: OperationLimits
  retryOfId?: string
  /** Seals the password of its share, once the operation has an id. */
  sealShare?: ((operationId: string) => Uint8Array<ArrayBuffer>) | undefined
  /** Looks once more in the transaction that adds it; what it throws undoes everything. */
  check?: (tx: Transaction) => Promise<void>
}

function demandFitting(request: OperationCreate): void {
  const misfit = toMisfit(request)
  if (misfit !== null) throw invalid(misfit.field, misfit.why)
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

class Twins extends BaseboardError {}

/**
 * A restart that is asked for while the same one is not done yet would be a second one, most likely by a second hand. What is repeated
 * without harm (on, off, a light) waits its turn instead.
 */
async function demandNoTwins(tx: Transaction, id: string, action: string): Promise<void> {
  if (isRepeatable(action)) return
  const twins = await db.findTwins(tx, id, action)
  const [first] = twins
  if (first === undefined) return
  const names = foldNames(twins.map(({ nodeName }) => nodeName))
  throw new Twins('asked-already', 409, `${action} of ${names} was asked by ${first.by} already and is not done yet (operation ${first.operationId})`)
}

async function insert(tx: Transaction, user: SignedInUser, order: Order, idempotencyKey: string | null): Promise<string> {
  const text = canonicalJson(order.request)
  const { ip, requestId } = user
  const { kind, action, options, limits = {}, retryOfId = null, attempt } = order
  const nodes = inOrder(order.nodes, limits.order)
  const selection = foldNames(nodes.map(({ name }) => name))
  const deadlineSeconds = limits.deadlineSeconds ?? usualDeadlineSeconds + (options.forceAfterSeconds ?? 0)
  const head = { kind, action, by: user.name, byId: user.id, byKind: user.kind, ip, requestId, idempotencyKey, request: text, selection, options, limits, deadlineSeconds, retryOfId }
  const id = await db.insertOperation(tx, head)
  if (id === null) return sameOrRefuse((await db.findByKey(tx, user.id, idempotencyKey!))!, text)
  await order.check?.(tx)
  if (order.sealShare !== undefined) await insertShareSecret(tx, id, order.sealShare(id))
  await db.insertSteps(tx, id, nodes.map((node) => ({ nodeId: node.id, nodeName: node.name, lanes: toLanes(node, limits) })))
  const seq = await record(tx, user, { ...attempt, outcome: 'intent', operationId: id })
  // From here on whoever else asks waits for the chain: of two that ask the same at the same instant the second sees the first.
  await db.setAuditSeq(tx, id, seq)
  await demandNoTwins(tx, id, action)
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
  try {
    return { id: await change((tx) => insert(tx, user, asked, toKey(idempotencyKey))) }
  } catch (error) {
    if (error instanceof Twins) return refuse(user, asked.attempt, error)
    throw error
  }
}

const attemptOf = ({ kind, action, nodes, range, expect, limits, ...rest }: OperationCreate): OperationAttempt => ({
  action: kind,
  target: toTarget(action, rest),
  ...(nodes?.length === 1 ? { node: nodes[0]! } : {}),
  detail: { ...toOptions(rest), ...(nodes === undefined ? { range } : { nodes: foldNames(nodes) }), expect: Array.isArray(expect) ? foldNames(expect) : expect, limits },
})

/**
 * Asks for something to be done to nodes, at most once each, and gives the operation's id; a conductor does it. The same key with
 * the same request by the same person is the same operation. A node whose BMC is silent is accepted: its step will say why not.
 */
export async function createOperation(user: SignedInUser, asked: OperationCreate, idempotencyKey: string | null): Promise<{ id: string }> {
  // What is compared, kept and told is without the password.
  const { sharePassword: _, ...request } = asked
  const { kind, action, limits } = request
  const attempt = attemptOf(request)
  await demand(user, actionOf[kind], attempt)
  demandFitting(request)
  const known = await findAsked(user, idempotencyKey, request)
  if (known !== null) return known
  const options = await toKeptOptions(asked)
  const sealShare = await toShareSealer(asked, options)
  const nodes = await demandNodes(user, request, attempt)
  const found = { ...attempt, detail: { ...attempt.detail, nodes: foldNames(nodes.map(({ name }) => name)) } }
  await demand(user, actionOf[kind], found, nodes)
  if (shieldedKinds.includes(kind)) await demandUnprotected(user, found, nodes)
  return order(user, idempotencyKey, { kind, action, options, request, nodes, limits, attempt: found, sealShare })
}
