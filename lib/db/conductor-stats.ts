import type { ConductorStats } from '#lib/domain/conductor-stats.ts'
import type { Database } from './client.ts'

export async function writeConductorStats(db: Database, conductorId: string, stats: ConductorStats): Promise<void> {
  await db.pool.query(`UPDATE "Conductor" SET stats = $2, "statsAt" = now() WHERE id = $1`, [conductorId, JSON.stringify(stats)])
}
