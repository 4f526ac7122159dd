import { changeUser } from '#lib/data/users.ts'
import { handle } from '../../handle.ts'

export const PATCH = handle('changeUser', ({ user, params, body }) => changeUser(user, params.id, body))
