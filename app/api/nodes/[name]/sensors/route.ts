import { listSensors } from '#lib/data/nodes.ts'
import { handle } from '../../../handle.ts'

export const GET = handle('listSensors', async ({ user, params }) => ({ sensors: await listSensors(user, params.name) }))
