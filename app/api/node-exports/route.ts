import { exportNodes, exportNodesTable } from '#lib/data/export-nodes.ts'
import { toCsvResponse } from '../csv.ts'
import { handle } from '../handle.ts'

export const GET = handle('exportNodes', async ({ user, query }) =>
  query.format === 'csv' ? toCsvResponse(await exportNodesTable(user, query), 'baseboard-nodes.csv') : exportNodes(user, query),
)
