import { changeRaw } from '#lib/data/raw.ts'
import { handle } from '../../../handle.ts'

export const POST = handle('changeRedfish', ({ user, params, body }) => changeRaw(user, params.name, body))
