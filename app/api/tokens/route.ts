import { createToken, listTokens } from '#lib/data/tokens.ts'
import { handle } from '../handle.ts'

export const GET = handle('listTokens', async ({ user }) => ({ tokens: await listTokens(user) }))
export const POST = handle('createToken', ({ user, body }) => createToken(user, body))
