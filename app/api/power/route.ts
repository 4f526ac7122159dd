import { readPowerTotals } from '#lib/data/power.ts'
import { handle } from '../handle.ts'

export const GET = handle('readPowerTotals', ({ user }) => readPowerTotals(user))
