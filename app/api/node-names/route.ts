import { listNodeNames } from '#lib/data/select-nodes.ts'
import { handle } from '../handle.ts'

export const GET = handle('listNodeNames', ({ user, query }) => listNodeNames(user, query.range))
