import { listAlerts } from '#lib/data/alerts.ts'
import { handle } from '../handle.ts'

export const GET = handle('listAlerts', ({ user }) => listAlerts(user))
