import { exportNodes, exportNodesTable } from '#lib/data/export-nodes.ts'
import { toFileResponse } from '../file.ts'
import { handle } from '../handle.ts'

export const GET = handle('exportNodes', async ({ user, query }) =>
  query.format === 'csv' ? toFileResponse(await exportNodesTable(user, query), 'baseboard-nodes.csv') : exportNodes(user, query),
)
