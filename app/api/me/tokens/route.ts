import { createOwnToken, listOwnTokens } from '#lib/data/tokens.ts'
import { handle } from '../../handle.ts'

export const GET = handle('listOwnTokens', async ({ user }) => ({ tokens: await listOwnTokens(user) }))
export const POST = handle('createOwnToken', ({ user, body }) => createOwnToken(user, body))
