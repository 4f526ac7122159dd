import { listGroups } from '#lib/data/select-nodes.ts'
import { handle } from '../handle.ts'

export const GET = handle('listGroups', ({ user }) => listGroups(user))
