import type * as z from 'zod/mini'
import type { BudgetPatch, budgetCreate } from './budgets-contract.ts'
import { budgetsDoor } from './doors.ts'
import { ask, tell } from './fetcher.ts'
import { paths } from './paths.ts'

/** What a page can ask of budgets. Each throws ApiError; what it changed in the cache is for its caller to invalidate. */
export const createBudget = (body: z.input<typeof budgetCreate>) => ask(budgetsDoor('budget'), paths.budgets(), { method: 'POST', body })
export const patchBudget = (id: string, body: BudgetPatch) => ask(budgetsDoor('budget'), paths.budget(id), { method: 'PATCH', body })
export const deleteBudget = (id: string) => tell(paths.budget(id), { method: 'DELETE' })
export const armBudget = (id: string, range: string) => ask(budgetsDoor('budget'), paths.turnBudget(id, 'arm'), { method: 'POST', body: { range } })
export const disarmBudget = (id: string) => ask(budgetsDoor('budget'), paths.turnBudget(id, 'disarm'), { method: 'POST' })
