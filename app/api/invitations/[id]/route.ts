import { removeInvitation } from '#lib/data/invitations.ts'
import { handle } from '../../handle.ts'

export const DELETE = handle('removeInvitation', ({ user, params }) => removeInvitation(user, params.id))
