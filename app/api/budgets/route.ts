import { createBudget, listBudgets } from '#lib/data/budgets.ts'
import { handle } from '../handle.ts'

export const GET = handle('listBudgets', async ({ user }) => ({ budgets: await listBudgets(user) }))
export const POST = handle('createBudget', ({ user, body }) => createBudget(user, body))
