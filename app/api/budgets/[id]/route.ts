import { changeBudget, readBudget, removeBudget } from '#lib/data/budgets.ts'
import { handle } from '../../handle.ts'

export const GET = handle('readBudget', ({ user, params }) => readBudget(user, params.id))
export const PATCH = handle('changeBudget', ({ user, body, params }) => changeBudget(user, params.id, body))
export const DELETE = handle('removeBudget', ({ user, params }) => removeBudget(user, params.id))
