import { revokeOwnToken } from '#lib/data/tokens.ts'
import { handle } from '../../../handle.ts'

export const DELETE = handle('revokeOwnToken', ({ user, params }) => revokeOwnToken(user, params.id))
