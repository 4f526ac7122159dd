import { endMaintenance } from '#lib/data/maintenance.ts'
import { handle } from '../../handle.ts'

export const POST = handle('endMaintenance', ({ user, body }) => endMaintenance(user, body))
