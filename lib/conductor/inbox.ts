import { BmcError } from '#lib/bmc/errors.ts'
import { toAddress } from '#lib/bmc/failure.ts'
import { dropInbox, keepCredential, keepKg, listInbox, type InboxItem } from '#lib/db/inbox.ts'
import { credentialContext, kgContext } from '#lib/vault/context.ts'
import { openAtRest, openInbox, sealAtRest, SealBroken } from '#lib/vault/open.ts'
import type { World } from './world.ts'

type InboxWorld = Pick<World, 'db' | 'conductorId' | 'keys' | 'complain' | 'results'>

/**
 * Opens what web sealed for nodes of ours and seals it again, bound to the node, its address and its ports as they are now. A message for
 * another address does not open, and is thrown away.
 */
export async function takeInbox(world: InboxWorld): Promise<void> {
  for (const item of await listInbox(world.db, world.conductorId)) {
    try {
      await (item.kind === 'kg' ? takeKg(item, world) : takePassword(item, world))
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error
      await refuse(item, world)
    }
  }
}

async function takePassword(item: InboxItem, world: InboxWorld): Promise<void> {
  const context = credentialContext(item)
  const password = openInbox(world.keys, item.sealed, context)
  await keepCredential(world.db, item, sealAtRest(world.keys, password, context), item.kg !== null && !opens(item.kg, kgContext(item), world))
}

async function takeKg(item: InboxItem, world: InboxWorld): Promise<void> {
  const context = kgContext(item)
  const kg = openInbox(world.keys, item.sealed, context)
  const isKept = await keepKg(world.db, item, kg === '' ? null : sealAtRest(world.keys, kg, context))
  if (!isKept && kg !== '') tell(item, 'was not kept, because no password is stored; enter both', world)
}

function opens(sealed: Uint8Array, context: string, world: InboxWorld): boolean {
  try {
    openAtRest(world.keys, sealed, context)
    return true
  } catch (error) {
    if (error instanceof SealBroken) return false
    throw error
  }
}

async function refuse(item: InboxItem, world: InboxWorld): Promise<void> {
  await dropInbox(world.db, item)
  tell(item, 'was not sealed for this address; enter it again', world)
}

/** Says of what was sent that it is not kept: to the log, and on the node's page. */
function tell(item: InboxItem, why: string, { complain, results }: InboxWorld): void {
  const port = item.ports.redfish ?? item.ports.ipmi
  const address = port === undefined ? item.address : toAddress(item.address, port)
  const text = `${address}: the ${item.kind === 'kg' ? 'key K_G' : 'password'} of ${item.nodeName} ${why}`
  complain(text)
  results.failure({ nodeId: item.nodeId, epoch: item.epoch, atMs: Date.now(), failure: new BmcError('no-credential', address, text).toFailure() })
}
