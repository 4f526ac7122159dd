import { listOperationNodes } from '#lib/data/operations-read.ts'
import { handle } from '../../../handle.ts'

export const GET = handle('listOperationNodes', ({ user, params }) => listOperationNodes(user, params.id))
