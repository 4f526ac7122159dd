import type * as z from 'zod/mini'
import type { ConsoleChange, consoleSetting, VisitedConsoles } from '#lib/api/contract.ts'
import type { ConsoleMode } from '#lib/domain/console.ts'
import { record } from '#lib/auth/record.ts'
import { hashOf, newSecret } from '#lib/auth/secret.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { prisma, type Transaction } from '#lib/db/client.ts'
import * as db from '#lib/db/console.ts'
import { readHostKey, trustHostKey } from '#lib/db/host-keys.ts'
import { listVisited } from '#lib/db/visitors.ts'
import { demandHeldNode, findOneNode } from './one-node.ts'
import { change, demand } from './permission.ts'

type ConsoleSetting = z.infer<typeof consoleSetting>

/** A ticket is for the WebSocket that is opened next, not for later. */
const ticketMs = 30_000

/** The conductor that holds a node's console, for somebody who may open it. */
export async function findConsoleOwner(user: SignedInUser, name: string): Promise<string> {
  return (await demandHeldNode(user, 'console', { action: 'console-open', node: name })).ownerId
}

/** A ticket to open a node's console once. Its opening stands in the audit, not the ticket. */
export async function openConsole(user: SignedInUser, name: string, mode: ConsoleMode): Promise<{ ticket: string; path: string }> {
  const ownerId = await findConsoleOwner(user, name)
  const ticket = newSecret()
  await change(async (tx) => {
    const { id: nodeId } = await findOneNode(tx, name)
    await db.insertTicket(tx, {
      hash: hashOf(ticket),
      nodeId,
      ownerId,
      personId: user.id,
      personName: user.name,
      personKind: user.kind,
      sessionId: user.sessionId,
      mode,
      expiresAt: new Date(Date.now() + ticketMs),
    })
  })
  return { ticket, path: `/ws/console/${name}` }
}

/** The nodes at whose console somebody is now, and who. */
export async function listConsoles(user: SignedInUser): Promise<VisitedConsoles> {
  await demand(user, 'read')
  return { consoles: await listVisited() }
}

export async function readConsole(user: SignedInUser, name: string): Promise<ConsoleSetting> {
  await demand(user, 'read')
  return toSetting(prisma(), await findOneNode(prisma(), name))
}

const toSetting = async (tx: Transaction, { id, capture, way }: db.ConsoleNode): Promise<ConsoleSetting> => ({ capture, way, hostKey: await readHostKey(tx, id) })

/** Changes what is named of a node's console. A host key that is trusted stands in the audit, with the one before. */
export async function changeConsole(user: SignedInUser, name: string, asked: ConsoleChange): Promise<ConsoleSetting> {
  await demand(user, 'editNodes', { action: 'console-setting', node: name })
  const { hostKey, capture, way } = asked
  return change(async (tx) => {
    const node = await findOneNode(tx, name)
    const next = { capture: capture ?? node.capture, way: way ?? node.way }
    if (capture !== undefined || way !== undefined) await db.writeSetting(tx, node.id, next)
    const before = hostKey === undefined ? null : await readHostKey(tx, node.id)
    if (hostKey !== undefined) await trustHostKey(tx, node.id, hostKey)
    const detail = hostKey === undefined ? asked : { ...asked, hostKeyBefore: before?.key ?? null }
    await record(tx, user, { action: 'console-setting', outcome: 'ok', node: name, detail })
    return toSetting(tx, { ...node, ...next })
  })
}
