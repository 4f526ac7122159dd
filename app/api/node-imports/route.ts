import { importNodes } from '#lib/data/import-nodes.ts'
import { handle } from '../handle.ts'

export const POST = handle('importNodes', ({ user, body }) => importNodes(user, body))
