import { database } from './client.ts'

/** A point is [time in ms since 1970, value]. */
export type Series = { key: string; name: string; kind: string; unit: string | null; points: [number, number][] }

type Bucket = { sensorId: number; firstAt: Date; lastAt: Date; low: number; high: number; readings: number; lowFirst: boolean }

/** Readings are REAL: 7 digits are what was measured, the rest is the way from four bytes to eight. */
const toValue = (real: number) => Number(real.toPrecision(7))

/** A bucket of several readings keeps its lowest and its highest, so that no peak is lost by thinning, in the order they came. */
function toPoints(bucket: Bucket): [number, number][] {
  const first = bucket.firstAt.getTime()
  if (bucket.readings === 1) return [[first, toValue(bucket.low)]]
  const ends = bucket.lowFirst ? [bucket.low, bucket.high] : [bucket.high, bucket.low]
  return [
    [first, toValue(ends[0]!)],
    [bucket.lastAt.getTime(), toValue(ends[1]!)],
  ]
}

/**
 * The history of a node's sensors since a moment, oldest first: at most `points` each. A span that holds more is cut into half as many
 * buckets, each of which gives its lowest and highest value at its first and last reading.
 */
export async function readSeries(nodeId: string, query: { kind?: string; key?: string; since: Date; until: Date; points: number }): Promise<Series[]> {
  const { rows: sensors } = await database().pool.query<{ id: number; key: string; name: string; kind: string; unit: string | null }>(
    `SELECT id, key, name, kind, unit FROM "Sensor" WHERE "nodeId" = $1 AND ($2::text IS NULL OR kind = $2) AND ($3::text IS NULL OR key = $3) ORDER BY kind, name, key`,
    [nodeId, query.kind ?? null, query.key ?? null],
  )
  if (sensors.length === 0) return []
  const bucketMs = Math.max(1, Math.ceil((query.until.getTime() - query.since.getTime()) / (query.points / 2)))
  const { rows } = await database().pool.query<Bucket>(
    `SELECT "sensorId", min(at) AS "firstAt", max(at) AS "lastAt", min(value) AS low, max(value) AS high, count(*)::int AS readings,
      coalesce(min(at) FILTER (WHERE value = lowest) <= min(at) FILTER (WHERE value = highest), true) AS "lowFirst"
    FROM (
      SELECT "sensorId", at, value, bucket, min(value) OVER w AS lowest, max(value) OVER w AS highest
      FROM (SELECT "sensorId", at, value, floor(extract(epoch FROM at - $2::timestamptz) * 1000 / $4)::int AS bucket
        FROM "Reading" WHERE "sensorId" = ANY($1) AND at >= $2 AND at <= $3) r
      WINDOW w AS (PARTITION BY "sensorId", bucket)) b
    GROUP BY "sensorId", bucket ORDER BY "sensorId", bucket`,
    [sensors.map((sensor) => sensor.id), query.since, query.until, bucketMs],
  )
  const points = new Map<number, [number, number][]>(sensors.map((sensor) => [sensor.id, []]))
  for (const bucket of rows) points.get(bucket.sensorId)!.push(...toPoints(bucket))
  return sensors.map(({ id, ...sensor }) => ({ ...sensor, points: points.get(id)! }))
}
