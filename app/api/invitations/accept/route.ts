import { acceptInvitation } from '#lib/data/invitations.ts'
import { handle } from '../../handle.ts'

export const POST = handle('acceptInvitation', ({ body, origin }) => acceptInvitation(body, origin))
