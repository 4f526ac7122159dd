import type { Database } from './client.ts'

/** Deletes sessions and links that expired a week ago, sign-in counters and probes of yesterday. Gives the number of rows. */
export async function purgeExpired(db: Database): Promise<number> {
  const { rows } = await db.pool.query<{ purged: string }>('SELECT purge_expired() AS purged')
  return Number(rows[0]?.purged ?? 0)
}
