import { resetPassword } from '#lib/data/users.ts'
import { handle } from '../../../handle.ts'

export const POST = handle('resetPassword', ({ user, params, site }) => resetPassword(user, params.id, site))
