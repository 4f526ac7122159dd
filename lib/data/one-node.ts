import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { prisma, type Transaction } from '#lib/db/client.ts'
import { findConsoleNode, type ConsoleNode } from '#lib/db/console.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import type { Action } from '#lib/domain/permission.ts'
import { unknownNode } from './nodes.ts'
import { demand, type Attempt } from './permission.ts'

/** The node of this name. Throws `unknown-node` (404). */
export async function findOneNode(tx: Transaction, name: string): Promise<ConsoleNode> {
  const node = await findConsoleNode(tx, name)
  if (node === null) throw unknownNode(name)
  return node
}

/** The node of an attempt, for somebody who may do this to it. Whoever may do it to none is not told whether there is such a node. */
export async function demandNode(user: SignedInUser, action: Action, attempt: Attempt & { node: string }): Promise<ConsoleNode> {
  await demand(user, action, attempt)
  const node = await findOneNode(prisma(), attempt.node)
  await demand(user, action, attempt, [node])
  return node
}

/** The same, of a node that a conductor holds: throws `no-conductor` (503) while none does. */
export async function demandHeldNode(user: SignedInUser, action: Action, attempt: Attempt & { node: string }): Promise<ConsoleNode & { ownerId: string }> {
  const { ownerId, ...node } = await demandNode(user, action, attempt)
  if (ownerId === null) throw new BaseboardError('no-conductor', 503, `no conductor holds ${node.name} at this moment: try again shortly`)
  return { ...node, ownerId }
}
