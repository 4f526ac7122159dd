import { exportMetrics } from '#lib/data/metrics.ts'
import { expositionMediaType } from '#lib/domain/exposition.ts'
import { toBody } from '../file.ts'
import { handle } from '../handle.ts'

export const GET = handle('metrics', async ({ user, query }) => {
  const pieces = await exportMetrics(user, query, process.env['BASEBOARD_VERSION'] ?? 'unknown')
  return new Response(toBody(pieces), { headers: { 'content-type': expositionMediaType, 'cache-control': 'no-store' } })
})
