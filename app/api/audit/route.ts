import { exportAudit, readAudit } from '#lib/data/audit.ts'
import { toCsvResponse } from '../csv.ts'
import { handle } from '../handle.ts'

export const GET = handle('readAudit', async ({ user, query }) =>
  query.format === 'csv' ? toCsvResponse(await exportAudit(user, query), 'baseboard-audit.csv') : readAudit(user, query),
)
