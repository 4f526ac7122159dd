import { listSensors } from '#lib/data/nodes.ts'
import { handle } from '../../../handle.ts'

export const GET = handle('listSensors', ({ user, params }) => listSensors(user, params.name))
