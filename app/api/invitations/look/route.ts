import { lookInvitation } from '#lib/data/invitations.ts'
import { handle } from '../../handle.ts'

export const POST = handle('lookInvitation', ({ body }) => lookInvitation(body.token))
