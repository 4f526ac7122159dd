import { readProbe } from '#lib/data/probes.ts'
import { handle } from '../../handle.ts'

export const GET = handle('readProbe', ({ user, params }) => readProbe(user, params.id))
