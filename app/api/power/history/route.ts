import { readPowerHistory } from '#lib/data/power.ts'
import { handle } from '../../handle.ts'

export const GET = handle('readPowerHistory', ({ user, query }) => readPowerHistory(user, query))
