import { createInvitation, listInvitations } from '#lib/data/invitations.ts'
import { handle } from '../handle.ts'

export const GET = handle('listInvitations', async ({ user }) => ({ invitations: await listInvitations(user) }))
export const POST = handle('createInvitation', ({ user, body, site }) => createInvitation(user, body.role, site))
