import { readBudgets } from '#lib/db/budgets.ts'
import type { Database } from '#lib/db/client.ts'
import { inDuty, type Duty } from '#lib/db/duty.ts'
import { listNodes } from '#lib/db/nodes.ts'
import { readTotalsAt, writePowerTotals } from '#lib/db/power-totals.ts'
import type { Node } from '#lib/domain/node.ts'
import { toPowerScopes, toPowerTotal, toScopeKey } from '#lib/domain/power-total.ts'
import { lookAtBudgets, seeBudgets, toBudgetTotals, withTrends } from './budget-watch.ts'
import { serveDuty } from './serve-duty.ts'
import { sleep } from './sleep.ts'

export type PowerWatchOptions = {
  db: Database
  complain: (text: string) => void
  /** For tests. */
  keepEveryMs?: number
  lookEveryMs?: number
}

const usualKeepEveryMs = 60_000
const usualLookEveryMs = 5_000

const toTotals = (nodes: readonly Node[], nowMs: number) => toPowerScopes(nodes).map(({ scope, nodes: of }) => ({ scope: toScopeKey(scope), ...toPowerTotal(of, nowMs) }))

/**
 * Keeps what the fleet, each group and each rack draw once a minute, and looks at the budgets every five seconds, for as long as it has the
 * duty; of several conductors one has it at a time. See docs/decisions/power-budgets.md.
 */
export function startPowerWatch({ db, complain, keepEveryMs = usualKeepEveryMs, lookEveryMs = usualLookEveryMs }: PowerWatchOptions): { stop: () => Promise<void> } {
  const stop = new AbortController()

  async function look(duty: Duty, isToKeep: boolean): Promise<void> {
    const budgets = await readBudgets(duty.client)
    if (budgets.length === 0 && !isToKeep) return
    const nodes = await listNodes(db)
    const nowMs = Date.now()
    const seen = seeBudgets(budgets, nodes, nowMs)
    await inDuty(duty, async (client) => {
      if (isToKeep) await writePowerTotals(client, nowMs, [...toTotals(nodes, nowMs), ...toBudgetTotals(seen)])
      if (seen.length > 0) await lookAtBudgets(client, isToKeep ? await withTrends(client, seen, nowMs) : seen, nowMs)
    })
  }

  async function serve(duty: Duty, signal: AbortSignal): Promise<void> {
    const keptMs = await readTotalsAt(duty.client)
    let keepAtMs = keptMs === null ? 0 : keptMs + keepEveryMs
    while (!signal.aborted) {
      const startedMs = Date.now()
      const isToKeep = startedMs >= keepAtMs
      if (isToKeep) keepAtMs = startedMs + keepEveryMs
      await look(duty, isToKeep)
      await sleep(Math.max(0, Math.min(startedMs + lookEveryMs, keepAtMs) - Date.now()), signal)
    }
  }

  const running = serveDuty({ db, name: 'power', complain, signal: stop.signal }, serve)

  return {
    async stop() {
      stop.abort()
      await running
    },
  }
}
