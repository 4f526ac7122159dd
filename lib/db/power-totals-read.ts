import { database } from './client.ts'

/** [time in ms since 1970, watts, how many told nothing then]. */
export type TotalPoint = [number, number, number]

/**
 * The history of a total since a moment, oldest first: at most `points`. A span that holds more is cut into half as many buckets, each of
 * which gives its lowest and its highest total, so that no peak is lost.
 */
export async function readTotals(scope: string, query: { since: Date; until: Date; points: number }): Promise<TotalPoint[]> {
  const bucketMs = Math.max(1, Math.ceil((query.until.getTime() - query.since.getTime()) / (query.points / 2)))
  const { rows } = await database().pool.query<{ at: Date; watts: number; silent: number }>(
    `SELECT at, watts, silent FROM (
      SELECT at, watts, silent, row_number() OVER (PARTITION BY bucket ORDER BY watts, at) AS low, row_number() OVER (PARTITION BY bucket ORDER BY watts DESC, at) AS high
      FROM (SELECT at, watts, silent, floor(extract(epoch FROM at - $2::timestamptz) * 1000 / $4)::int AS bucket
        FROM "PowerTotal" WHERE scope = $1 AND at >= $2 AND at <= $3) kept) ranked
    WHERE low = 1 OR high = 1 ORDER BY at`,
    [scope, query.since, query.until, bucketMs],
  )
  return rows.map(({ at, watts, silent }) => [at.getTime(), Math.round(watts), silent])
}
