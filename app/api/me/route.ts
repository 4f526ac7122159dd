import { handle } from '../handle.ts'

export const GET = handle('me', async ({ user: { name, role, kind, scopes } }) => ({ name, role, kind, scopes: scopes == null ? null : [...scopes] }))
