import { readScan, stopScan } from '#lib/data/scans.ts'
import { handle } from '../../handle.ts'

export const GET = handle('readScan', ({ user, params }) => readScan(user, params.id))
export const PATCH = handle('stopScan', ({ user, params }) => stopScan(user, params.id))
