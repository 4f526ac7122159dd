import { armBudget } from '#lib/data/budgets.ts'
import { handle } from '../../../handle.ts'

export const POST = handle('armBudget', ({ user, body, params }) => armBudget(user, params.id, body.range))
