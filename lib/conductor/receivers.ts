import type { Database } from '#lib/db/client.ts'
import type { Delivery } from '#lib/db/deliveries.ts'
import { keepReceiverSecret, listReceiverInbox, refuseReceiverSecret } from '#lib/db/receiver-inbox.ts'
import { receiverSecret } from '#lib/domain/receiver.ts'
import { NotDelivered, type Target } from '#lib/notify/outlet.ts'
import { receiverContext } from '#lib/vault/context.ts'
import type { VaultKeys } from '#lib/vault/keys.ts'
import { openAtRest, openInbox, sealAtRest, SealBroken } from '#lib/vault/open.ts'

const notBound = 'its secret was not sealed for this receiver: enter it again'

/** Opens what web sealed for receivers and seals it again, bound to the receiver as it is now. What does not open is thrown away. */
export async function takeReceiverInbox(db: Database, keys: VaultKeys): Promise<void> {
  for (const item of await listReceiverInbox(db)) {
    const context = receiverContext({ ...item, id: item.receiverId })
    try {
      await keepReceiverSecret(db, item, sealAtRest(keys, openInbox(keys, item.sealed, context), context))
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error
      await refuseReceiverSecret(db, item, notBound)
    }
  }
}

/** The receiver of a delivery with what opens its door. Throws NotDelivered. */
export function openReceiver({ receiver }: Delivery, keys: VaultKeys): Target {
  const { sealed, kind, isPlain, mail } = receiver
  if (sealed === null) throw new NotDelivered('its secret has not arrived yet')
  const secret = receiverSecret.safeParse(parse(open(keys, sealed, receiverContext(receiver))))
  if (!secret.success) throw new NotDelivered(notBound)
  if (kind === 'email' && mail !== null && 'password' in secret.data) return { kind, server: mail, password: secret.data.password, isPlain }
  if (kind !== 'email' && 'url' in secret.data) return { kind, ...secret.data, isPlain }
  throw new NotDelivered(notBound)
}

function open(keys: VaultKeys, sealed: Uint8Array, context: string): string {
  try {
    return openAtRest(keys, sealed, context)
  } catch (error) {
    throw error instanceof SealBroken ? new NotDelivered(notBound, false, { cause: error }) : error
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
