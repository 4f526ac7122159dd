import { database } from './client.ts'
import { isAlive } from './leases.ts'

/** How many conductors live now. Also shows that the database answers. */
export async function countConductors(): Promise<number> {
  const { rows } = await database().pool.query<{ alive: number }>(`SELECT count(*)::int AS alive FROM "Conductor" c WHERE ${isAlive}`)
  return rows[0]!.alive
}
