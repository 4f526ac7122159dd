import { listEvents } from '#lib/data/events.ts'
import { handle } from '../handle.ts'

export const GET = handle('listEvents', ({ user, query }) => listEvents(user, query))
