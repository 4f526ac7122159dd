import { handle } from '../handle.ts'

export const GET = handle('me', async ({ user }) => ({ name: user.name, role: user.role, kind: user.kind }))
