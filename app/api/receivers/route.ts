import { createReceiver, listReceivers } from '#lib/data/receivers.ts'
import { handle } from '../handle.ts'

export const GET = handle('listReceivers', async ({ user }) => ({ receivers: await listReceivers(user) }))
export const POST = handle('createReceiver', ({ user, body, site }) => createReceiver(user, body, site))
