import { readAuditRow } from '#lib/data/audit.ts'
import { handle } from '../../handle.ts'

export const GET = handle('readAuditRow', ({ user, params }) => readAuditRow(user, params.seq))
