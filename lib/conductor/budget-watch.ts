import type { ClientBase } from 'pg'
import { insertDeed, lapseDeed, readDeeds, readKept, writeBudgetStates, type BudgetRow } from '#lib/db/budgets.ts'
import { lookAtBudget } from '#lib/domain/budget-look.ts'
import { nodesOfRange } from '#lib/domain/budget-plan.ts'
import { toFullAt } from '#lib/domain/budget-trend.ts'
import type { Node } from '#lib/domain/node.ts'
import { toPowerTotal, toScopeKey } from '#lib/domain/power-total.ts'
import type { PowerTotalRow } from '#lib/db/power-totals.ts'

const trendMs = 15 * 60_000

const toScope = ({ id }: BudgetRow) => toScopeKey({ kind: 'budget', name: id })

/** One look at every budget: what it is now, and at most one thing to do, written together. */
export async function lookAtBudgets(client: ClientBase, budgets: readonly BudgetRow[], nodes: readonly Node[], nowMs: number): Promise<void> {
  const deeds = await readDeeds(client)
  const looks = budgets.map((budget) => {
    const known = deeds.get(budget.id) ?? []
    return { budget, known, ...lookAtBudget(budget, budget.state, known, nodes, nowMs) }
  })
  await writeBudgetStates(client, looks.map(({ budget: { id }, state }) => ({ id, state })))
  for (const { budget, known, state, act, lapsed } of looks) {
    const late = known.find((deed) => deed === lapsed)
    if (late !== undefined) await lapseDeed(client, late.id)
    if (act !== null) await insertDeed(client, budget, state, act)
  }
}

export const toBudgetTotals = (budgets: readonly BudgetRow[], nodes: readonly Node[], nowMs: number): PowerTotalRow[] =>
  budgets.map((budget) => ({ scope: toScope(budget), ...toPowerTotal(nodesOfRange(budget.range, nodes, nowMs), nowMs) }))

/** The budgets with what their kept totals say of when they are full. */
export async function withTrends(client: ClientBase, budgets: readonly BudgetRow[], nowMs: number): Promise<BudgetRow[]> {
  const rows: BudgetRow[] = []
  for (const budget of budgets) {
    const fullMs = budget.state === null ? null : toFullAt(await readKept(client, toScope(budget), nowMs - trendMs), budget.capWatts)
    rows.push({ ...budget, state: budget.state && { ...budget.state, fullMs } })
  }
  return rows
}
