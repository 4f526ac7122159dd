import { disarmBudget } from '#lib/data/budgets.ts'
import { handle } from '../../../handle.ts'

export const POST = handle('disarmBudget', ({ user, params }) => disarmBudget(user, params.id))
