import { createNode, listNodes } from '#lib/data/nodes.ts'
import { handle } from '../handle.ts'

export const GET = handle('listNodes', async ({ user }) => ({ nodes: await listNodes(user) }))
export const POST = handle('createNode', ({ user, body }) => createNode(user, body))
