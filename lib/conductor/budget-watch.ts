import type { ClientBase } from 'pg'
import { insertDeed, lapseDeed, readDeeds, readKept, writeBudgetStates, type BudgetRow } from '#lib/db/budgets.ts'
import type { PowerTotalRow } from '#lib/db/power-totals.ts'
import { lookAtBudget, toSight, type BudgetSight } from '#lib/domain/budget-look.ts'
import { toFullAt } from '#lib/domain/budget-trend.ts'
import type { Node } from '#lib/domain/node.ts'
import { toScopeKey } from '#lib/domain/power-total.ts'

const trendMs = 15 * 60_000

/** A budget, and what its nodes draw at a moment. */
export type SeenBudget = { budget: BudgetRow; sight: BudgetSight }

export const seeBudgets = (budgets: readonly BudgetRow[], nodes: readonly Node[], nowMs: number): SeenBudget[] =>
  budgets.map((budget) => ({ budget, sight: toSight(budget, nodes, nowMs) }))

const toScope = ({ id }: BudgetRow) => toScopeKey({ kind: 'budget', name: id })

/** One look at every budget: what it is now, and at most one thing to do, written together. */
export async function lookAtBudgets(client: ClientBase, seen: readonly SeenBudget[], nowMs: number): Promise<void> {
  const deeds = await readDeeds(client)
  const looks = seen.map(({ budget, sight }) => {
    const known = deeds.get(budget.id) ?? []
    return { budget, known, ...lookAtBudget(budget, budget.state, known, sight, nowMs) }
  })
  await writeBudgetStates(client, looks.map(({ budget: { id }, state }) => ({ id, state })))
  for (const { budget, known, state, act, lapsed } of looks) {
    const late = known.find((deed) => deed === lapsed)
    if (late !== undefined) await lapseDeed(client, late.id)
    if (act !== null) await insertDeed(client, budget, state, act)
  }
}

export const toBudgetTotals = (seen: readonly SeenBudget[]): PowerTotalRow[] => seen.map(({ budget, sight }) => ({ scope: toScope(budget), ...sight.total }))

/** The budgets with what their kept totals say of when they are full. */
export async function withTrends(client: ClientBase, seen: readonly SeenBudget[], nowMs: number): Promise<SeenBudget[]> {
  const kept = await readKept(client, seen.map(({ budget }) => toScope(budget)), nowMs - trendMs)
  return seen.map(({ budget, sight }) => {
    const fullMs = toFullAt(kept.get(toScope(budget)) ?? [], budget.capWatts)
    return { budget: { ...budget, state: budget.state && { ...budget.state, fullMs } }, sight }
  })
}
