import { readOperationDetail } from '#lib/data/operations-read.ts'
import { handle } from '../../handle.ts'

export const GET = handle('readOperation', ({ user, params }) => readOperationDetail(user, params.id))
