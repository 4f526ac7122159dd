import { readEvent } from '#lib/data/events.ts'
import { handle } from '../../handle.ts'

export const GET = handle('readEvent', ({ user, params }) => readEvent(user, params.id))
