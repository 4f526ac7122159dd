import { listSteps } from '#lib/data/operations-read.ts'
import { handle } from '../../../handle.ts'

export const GET = handle('listSteps', ({ user, params, query }) => listSteps(user, params.id, query))
