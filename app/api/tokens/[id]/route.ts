import { revokeToken } from '#lib/data/tokens.ts'
import { handle } from '../../handle.ts'

export const DELETE = handle('revokeToken', ({ user, params }) => revokeToken(user, params.id))
