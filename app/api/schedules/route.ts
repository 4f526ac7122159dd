import { createSchedule, listSchedules } from '#lib/data/schedules.ts'
import { handle } from '../handle.ts'

export const GET = handle('listSchedules', async ({ user }) => ({ schedules: await listSchedules(user) }))
export const POST = handle('createSchedule', ({ user, body }) => createSchedule(user, body))
