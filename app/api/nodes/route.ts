import { changeNodes } from '#lib/data/change-nodes.ts'
import { createNode, listNodes } from '#lib/data/nodes.ts'
import { selectNodes } from '#lib/data/select-nodes.ts'
import { handle } from '../handle.ts'

export const GET = handle('listNodes', async ({ user, query }) => (query.range === undefined ? { nodes: await listNodes(user) } : selectNodes(user, query.range)))
export const POST = handle('createNode', ({ user, body }) => createNode(user, body))
export const PATCH = handle('changeNodes', ({ user, body }) => changeNodes(user, body))
