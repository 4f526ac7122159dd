import { listNodeEvents } from '#lib/data/events.ts'
import { handle } from '../../../handle.ts'

export const GET = handle('listNodeEvents', ({ user, params, query }) => listNodeEvents(user, params.name, query))
