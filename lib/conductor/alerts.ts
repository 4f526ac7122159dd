import { isAway } from '#lib/db/away.ts'
import type { Database } from '#lib/db/client.ts'
import { openDuty, type Duty } from '#lib/db/duty.ts'
import { listen } from '#lib/db/listen.ts'
import { alertTiming, type AlertTiming } from '#lib/domain/alert.ts'
import type { VaultKeys } from '#lib/vault/keys.ts'
import { createDeliveries } from './deliveries.ts'
import { takeReceiverInbox } from './receivers.ts'
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
const takeEveryMs = 2_000
const retryMs = 2_000

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

  async function hold(): Promise<void> {
    const duty = await openDuty(db.url, 'alerts')
    const signal = AbortSignal.any([stop.signal, duty.lost])
    try {
      while (!signal.aborted && !(await duty.take())) await sleep(takeEveryMs, signal)
      if (!signal.aborted) await serve(duty, signal)
    } finally {
      await duty.close()
    }
  }

  const running = (async () => {
    while (!stop.signal.aborted) {
      await hold().catch((error: unknown) => {
        if (!stop.signal.aborted && !isAway(error)) complain(`alerts: ${error instanceof Error ? error.message : String(error)}`)
      })
      isAsked = true
      await sleep(retryMs, stop.signal)
    }
  })()

  return {
    async stop() {
      stop.abort()
      wake()
      await Promise.all([running, listening.close()])
    },
  }
}
