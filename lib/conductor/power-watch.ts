import { isAway } from '#lib/db/away.ts'
import type { Database } from '#lib/db/client.ts'
import { inDuty, openDuty, type Duty } from '#lib/db/duty.ts'
import { listNodes } from '#lib/db/nodes.ts'
import { readTotalsAt, writePowerTotals } from '#lib/db/power-totals.ts'
import { toPowerScopes, toPowerTotal, toScopeKey } from '#lib/domain/power-total.ts'
import { sleep } from './sleep.ts'

export type PowerWatchOptions = {
  db: Database
  complain: (text: string) => void
  /** For tests. */
  keepEveryMs?: number
}

const usualKeepEveryMs = 60_000
const takeEveryMs = 2_000
const retryMs = 2_000

/**
 * Keeps what the fleet, each group and each rack draw, once a minute, for as long as it has the duty; of several conductors one has it at a
 * time. See docs/decisions/power-budgets.md.
 */
export function startPowerWatch({ db, complain, keepEveryMs = usualKeepEveryMs }: PowerWatchOptions): { stop: () => Promise<void> } {
  const stop = new AbortController()

  async function keep(duty: Duty): Promise<void> {
    const nodes = await listNodes(db)
    const nowMs = Date.now()
    const totals = toPowerScopes(nodes).map(({ scope, nodes: of }) => ({ scope: toScopeKey(scope), ...toPowerTotal(of, nowMs) }))
    await inDuty(duty, (client) => writePowerTotals(client, nowMs, totals))
  }

  async function serve(duty: Duty, signal: AbortSignal): Promise<void> {
    const keptMs = await readTotalsAt(duty.client)
    let dueMs = keptMs === null ? 0 : keptMs + keepEveryMs
    while (!signal.aborted) {
      if (Date.now() >= dueMs) {
        dueMs = Date.now() + keepEveryMs
        await keep(duty)
      }
      await sleep(Math.min(keepEveryMs, Math.max(0, dueMs - Date.now())), signal)
    }
  }

  async function hold(): Promise<void> {
    const duty = await openDuty(db.url, 'power')
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
        if (!stop.signal.aborted && !isAway(error)) complain(`power: ${error instanceof Error ? error.message : String(error)}`)
      })
      await sleep(retryMs, stop.signal)
    }
  })()

  return {
    async stop() {
      stop.abort()
      await running
    },
  }
}
