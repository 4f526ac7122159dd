import { BmcError } from '#lib/bmc/errors.ts'
import { dropInbox, keepCredential, keepKg, listInbox, type InboxItem } from '#lib/db/inbox.ts'
import { toAddress } from '#lib/bmc/failure.ts'
import { credentialContext, kgContext } from '#lib/vault/context.ts'
import { openAtRest, openInbox, sealAtRest, SealBroken } from '#lib/vault/open.ts'
import type { World } from './world.ts'

/**
 * Opens what web sealed for nodes of ours and seals it again, bound to the node, its address and its ports as they are now. A message for
 * another address does not open, and is thrown away. Gives the ids of nodes with a new password or key.
 */
export async function takeInbox(world: World): Promise<string[]> {
  const taken: string[] = []
  for (const item of await listInbox(world.db, world.conductorId)) {
    try {
      await (item.kind === 'kg' ? takeKg(item, world) : takePassword(item, world))
      taken.push(item.nodeId)
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error
      await refuse(item, world)
    }
  }
  return taken
}

async function takePassword(item: InboxItem, world: World): Promise<void> {
  const context = credentialContext(item)
  const password = openInbox(world.keys, item.sealed, context)
  await keepCredential(world.db, item, sealAtRest(world.keys, password, context), item.kg !== null && !opens(item.kg, kgContext(item), world))
}

async function takeKg(item: InboxItem, world: World): Promise<void> {
  const context = kgContext(item)
  const kg = openInbox(world.keys, item.sealed, context)
  await keepKg(world.db, item, kg === '' ? null : sealAtRest(world.keys, kg, context))
}

function opens(sealed: Uint8Array, context: string, world: World): boolean {
  try {
    openAtRest(world.keys, sealed, context)
    return true
  } catch (error) {
    if (error instanceof SealBroken) return false
    throw error
  }
}

async function refuse(item: InboxItem, world: World): Promise<void> {
  const port = item.ports.redfish ?? item.ports.ipmi
  const address = port === undefined ? item.address : toAddress(item.address, port)
  const text = `${address}: the ${item.kind === 'kg' ? 'key K_G' : 'password'} of ${item.nodeName} was not sealed for this address; enter it again`
  world.complain(text)
  await dropInbox(world.db, item)
  world.results.failure({ nodeId: item.nodeId, epoch: await epochOf(item, world), atMs: Date.now(), failure: new BmcError('no-credential', address, text).toFailure() })
}

async function epochOf(item: InboxItem, world: World): Promise<number> {
  const { rows } = await world.db.pool.query<{ epoch: number }>('SELECT "ownerEpoch" AS epoch FROM "Node" WHERE id = $1', [item.nodeId])
  return rows[0]?.epoch ?? -1
}
