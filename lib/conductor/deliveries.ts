import type { Database } from '#lib/db/client.ts'
import { claimDeliveries, expireMessages, markDelivered, markFailed, nextTryInMs, type Delivery } from '#lib/db/deliveries.ts'
import type { Duty } from '#lib/db/duty.ts'
import { deliver } from '#lib/notify/deliver.ts'
import { NotDelivered } from '#lib/notify/outlet.ts'
import type { VaultKeys } from '#lib/vault/keys.ts'
import { openReceiver } from './receivers.ts'
import { sleep } from './sleep.ts'

/** Sends what waits, one message at a time to each receiver, several receivers at once. */
export type Deliveries = {
  /** Begins what can begin now; gives in how many milliseconds there may be more. */
  begin: (duty: Duty) => Promise<number>
  /** Lets what is on its way arrive, for a moment. What has not by then is sent again by whoever has the duty next. */
  stop: () => Promise<void>
}

const atOnce = 16
const graceMs = 3_000
/** After failures in a row: a receiver that is away is asked less and less often. */
const pausesMs = [10_000, 30_000, 60_000, 300_000, 900_000] as const
/** So often is a message tried that its receiver finds fault with. */
const finalTries = 5

/** How long a receiver is left alone after a failure; null: the message is given up. Pure. */
export function toRetryMs({ tries, message, receiver }: Pick<Delivery, 'tries' | 'message'> & { receiver: { failures: number } }, isFinal: boolean): number | null {
  if (message.kind === 'test' || (isFinal && tries >= finalTries)) return null
  return pausesMs[Math.min(receiver.failures, pausesMs.length - 1)]!
}

type DeliveriesOptions = { db: Database; keys: VaultKeys; ca: string | undefined; complain: (text: string) => void; onEnd: () => void; lost: AbortSignal }

export function createDeliveries({ db, keys, ca, complain, onEnd, lost }: DeliveriesOptions): Deliveries {
  const busy = new Map<string, Promise<void>>()
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, lost])

  async function send(delivery: Delivery): Promise<void> {
    const { id, message, receiver } = delivery
    let short: string | null
    try {
      short = await deliver(openReceiver(delivery, keys), { id, at: new Date(), language: receiver.language, site: receiver.site, message }, ca, signal)
    } catch (error) {
      if (signal.aborted) return
      const failure = error instanceof NotDelivered ? error : new NotDelivered('a fault of Baseboard; the log has it', false, { cause: error })
      if (failure !== error) complain(`a message to ${receiver.name} could not be sent: ${(error as { name?: string }).name ?? 'error'}`)
      return markFailed(db, delivery, failure.message, toRetryMs(delivery, failure.isFinal))
    }
    await markDelivered(db, delivery, short)
  }

  function start(delivery: Delivery): void {
    const running = send(delivery)
      // It stands in the database as it was, and is sent again.
      .catch((error: unknown) => complain(`how a message to ${delivery.receiver.name} went is not written: ${error instanceof Error ? error.message : String(error)}`))
      .finally(() => {
        busy.delete(delivery.receiver.id)
        onEnd()
      })
    busy.set(delivery.receiver.id, running)
  }

  return {
    async begin({ client }) {
      await expireMessages(client)
      const room = atOnce - busy.size
      if (room > 0) for (const delivery of await claimDeliveries(client, [...busy.keys()], room)) start(delivery)
      return busy.size >= atOnce ? Infinity : ((await nextTryInMs(client, [...busy.keys()])) ?? Infinity)
    },
    async stop() {
      const all = Promise.all(busy.values())
      await Promise.race([all, sleep(graceMs, lost)])
      stop.abort()
      await all
    },
  }
}
