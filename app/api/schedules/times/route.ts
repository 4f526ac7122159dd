import { previewTimes } from '#lib/data/schedules.ts'
import { handle } from '../../handle.ts'

export const GET = handle('readScheduleTimes', async ({ user, query }) => ({ times: await previewTimes(user, query) }))
