import { holdOperation } from '#lib/data/operations-stop.ts'
import { handle } from '../../../handle.ts'

export const POST = handle('holdOperation', ({ user, params }) => holdOperation(user, params.id))
