import { changeNode, readNode, removeNode } from '#lib/data/nodes.ts'
import { handle } from '../../handle.ts'

export const GET = handle('readNode', ({ user, params }) => readNode(user, params.name))
export const PATCH = handle('changeNode', ({ user, params, body }) => changeNode(user, params.name, body))
export const DELETE = handle('removeNode', ({ user, params }) => removeNode(user, params.name))
