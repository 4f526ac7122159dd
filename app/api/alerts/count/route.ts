import { countAlerts } from '#lib/data/alerts.ts'
import { handle } from '../../handle.ts'

export const GET = handle('countAlerts', ({ user }) => countAlerts(user))
