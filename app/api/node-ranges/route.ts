import { createNodeRange } from '#lib/data/import-nodes.ts'
import { handle } from '../handle.ts'

export const POST = handle('createNodeRange', ({ user, body }) => createNodeRange(user, body))
