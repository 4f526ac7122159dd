import { continueOperation } from '#lib/data/operations-stop.ts'
import { handle } from '../../../handle.ts'

export const POST = handle('continueOperation', ({ user, params }) => continueOperation(user, params.id))
