import { createScan, listScans } from '#lib/data/scans.ts'
import { handle } from '../handle.ts'

export const GET = handle('listScans', async ({ user }) => ({ scans: await listScans(user) }))
export const POST = handle('createScan', ({ user, body }) => createScan(user, body))
