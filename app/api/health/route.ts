import { readHealth } from '#lib/data/health.ts'
import { handle } from '../handle.ts'

export const GET = handle('health', async () => {
  const health = { ...(await readHealth()), version: process.env['BASEBOARD_VERSION'] ?? 'unknown' }
  if (health.database === 'ok') return health
  return new Response(JSON.stringify(health), { status: 503, headers: { 'content-type': 'application/json', 'cache-control': 'no-store', 'retry-after': '2' } })
})
