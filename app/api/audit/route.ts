import { exportAudit, readAudit } from '#lib/data/audit.ts'
import { toFileResponse } from '../file.ts'
import { handle } from '../handle.ts'

export const GET = handle('readAudit', async ({ user, query }) =>
  query.format === 'json' ? readAudit(user, query) : toFileResponse(await exportAudit(user, query, query.format), `baseboard-audit.${query.format}`),
)
