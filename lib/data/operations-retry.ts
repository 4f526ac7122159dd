import type { OperationRetry } from '#lib/api/contract.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { prisma, type Transaction } from '#lib/db/client.ts'
import { findNodesById } from '#lib/db/nodes.ts'
import * as db from '#lib/db/operations.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import { shieldedKinds } from '#lib/domain/operation-actions.ts'
import { toTarget } from '#lib/domain/operation.ts'
import { actionOf } from '#lib/domain/permission.ts'
import { findAsked, order } from './operations.ts'
import { readOperation } from './operations-read.ts'
import { demand, demandUnprotected } from './permission.ts'

const nothing = (message: string) => new BaseboardError('nothing-to-retry', 409, message)

/** The steps that are to be asked for again. A step that was asked for again already is not, so that two hands do not do it twice. */
async function demandSteps(tx: Transaction, id: string, { states, nodes }: OperationRetry): Promise<db.RetryableStep[]> {
  const all = await db.listRetryable(tx, id, states)
  const wanted = nodes === undefined ? null : new Set(nodes)
  const steps = all.filter((step) => step.nodeId !== null && (wanted === null || wanted.has(step.nodeName)))
  const strange = nodes?.filter((name) => !steps.some(({ nodeName }) => nodeName === name)) ?? []
  if (strange.length > 0) throw nothing(`nodes: no step of operation ${id} on ${foldNames(strange)} ended as ${states.join(' or ')}`)
  if (steps.length === 0) throw nothing(`no step of operation ${id} ended as ${states.join(' or ')}`)
  const left = steps.filter(({ retriedIn }) => retriedIn === null)
  const [again] = steps
  if (left.length === 0) throw nothing(`this was asked for again already, as operation ${again!.retriedIn}`)
  return left
}

/**
 * Asks again for the steps of an operation that ended in these states, as a new operation that is linked to it, through the same permission,
 * protection and audit. `aborted` steps are the rest of an operation that was aborted: asking for them resumes it.
 */
export async function retryOperation(user: SignedInUser, id: string, retry: OperationRetry, idempotencyKey: string | null): Promise<{ id: string }> {
  await demand(user, 'power', { action: 'operation-retry', target: id })
  const first = await readOperation(user, id)
  const { kind, action, options } = first
  if (options.shareUser !== undefined) throw nothing('the password of its share is not kept: ask for it anew, with the password')
  const limits = retry.limits ?? first.limits
  const asked = { action: kind, target: toTarget(action, options), detail: { retryOf: id, states: retry.states, ...options } }
  await demand(user, actionOf[kind], asked)
  const request = { retryOf: id, ...retry }
  const known = await findAsked(user, idempotencyKey, request)
  if (known !== null) return known
  const steps = await demandSteps(prisma(), id, retry)
  const byId = new Map((await findNodesById(prisma(), steps.map(({ nodeId }) => nodeId!))).map((node) => [node.id, node]))
  const nodes = steps.flatMap(({ nodeId }) => byId.get(nodeId!) ?? [])
  const attempt = { ...asked, ...(nodes.length === 1 ? { node: nodes[0]!.name } : {}), detail: { ...asked.detail, nodes: foldNames(nodes.map(({ name }) => name)), limits } }
  await demand(user, actionOf[kind], attempt, nodes)
  if (shieldedKinds.includes(kind)) await demandUnprotected(user, attempt, nodes)
  return order(user, idempotencyKey, {
    kind,
    action,
    options,
    request,
    nodes,
    limits,
    retryOfId: id,
    attempt,
    async check(tx) {
      await db.lockOperation(tx, id)
      const still = new Set((await demandSteps(tx, id, retry)).map(({ nodeId }) => nodeId))
      if (nodes.some((node) => !still.has(node.id))) throw nothing(`operation ${id} was asked for again at the same moment`)
    },
  })
}
