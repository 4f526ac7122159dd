import { changeSchedule, removeSchedule } from '#lib/data/schedules.ts'
import { handle } from '../../handle.ts'

export const PATCH = handle('changeSchedule', ({ user, body, params }) => changeSchedule(user, params.id, body))
export const DELETE = handle('removeSchedule', ({ user, params }) => removeSchedule(user, params.id))
