import { createSilence, listSilences } from '#lib/data/silences.ts'
import { handle } from '../handle.ts'

export const GET = handle('listSilences', async ({ user }) => ({ silences: await listSilences(user) }))
export const POST = handle('createSilence', ({ user, body }) => createSilence(user, body))
