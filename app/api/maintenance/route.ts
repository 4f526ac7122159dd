import { beginMaintenance } from '#lib/data/maintenance.ts'
import { handle } from '../handle.ts'

export const POST = handle('beginMaintenance', ({ user, body }) => beginMaintenance(user, body))
