import type { Database } from '#lib/db/client.ts'
import type { Duty } from '#lib/db/duty.ts'
import { listen } from '#lib/db/listen.ts'
import { alertTiming, type AlertTiming } from '#lib/domain/alert.ts'
import type { VaultKeys } from '#lib/vault/keys.ts'
import { createDeliveries } from './deliveries.ts'
import { takeReceiverInbox } from './receivers.ts'
import { serveDuty } from './serve-duty.ts'
import { sleep } from './sleep.ts'
import { createWatch } from './watch.ts'

export type AlertsOptions = {
  db: Database
  keys: VaultKeys
  /** Certificates (PEM) of the site's own authority. */
  ca?: string | undefined
  complain: (text: string) => void
  /** For tests. */
  timing?: AlertTiming
  everyMs?: number
}

const usualEveryMs = 10_000

/**
 * Watches the rules of alerts and delivers what they tell, for as long as it has the duty; of several conductors one has it at a time.
 * See docs/decisions/alerts.md.
 */
export function startAlerts({ db, keys, ca, complain, timing = alertTiming, everyMs = usualEveryMs }: AlertsOptions): { stop: () => Promise<void> } {
  const stop = new AbortController()
  let isAsked = true
  let wake = () => {}
  const listening = listen(['alerts'], () => ask(), { url: db.url, reconnected: () => ask() })
  function ask(): void {
    isAsked = true
    wake()
  }

  async function serve(duty: Duty, signal: AbortSignal): Promise<void> {
    isAsked = true
    const watch = createWatch(db, timing)
    const deliveries = createDeliveries({ db, keys, ca, complain, onEnd: () => wake(), lost: duty.lost })
    let dueMs = 0
    try {
      while (!signal.aborted) {
        const woken = new Promise<void>((resolve) => (wake = resolve))
        if (isAsked || performance.now() >= dueMs) {
          isAsked = false
          dueMs = performance.now() + everyMs
          await takeReceiverInbox(db, keys)
          await watch.look(duty)
        }
        const moreMs = await deliveries.begin(duty)
        await Promise.race([woken, sleep(Math.max(0, Math.min(dueMs - performance.now(), moreMs)), signal)])
      }
    } finally {
      await deliveries.stop()
    }
  }

  const running = serveDuty({ db, name: 'alerts', complain, signal: stop.signal }, serve)

  return {
    async stop() {
      stop.abort()
      wake()
      await Promise.all([running, listening.close()])
    },
  }
}
