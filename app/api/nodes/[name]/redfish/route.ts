import { askRaw } from '#lib/data/raw.ts'
import { handle } from '../../../handle.ts'

export const POST = handle('askRedfish', ({ user, params, body }) => askRaw(user, params.name, body))
