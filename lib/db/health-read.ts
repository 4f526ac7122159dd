import { database } from './client.ts'

/** How many conductors live now: each holds the advisory lock of its row (lib/db/leases.ts). Also shows that the database answers. */
export async function countConductors(): Promise<number> {
  const { rows } = await database().pool.query<{ alive: number }>(
    `SELECT count(*)::int AS alive FROM "Conductor" c JOIN pg_locks l
      ON l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted AND ((l.classid::bigint << 32) | l.objid::bigint) = c."lockKey"
    WHERE l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  )
  return rows[0]!.alive
}
