import { listUsers } from '#lib/data/users.ts'
import { handle } from '../handle.ts'

export const GET = handle('listUsers', async ({ user }) => ({ users: await listUsers(user) }))
