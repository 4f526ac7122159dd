import type { Database } from './client.ts'

/** A sensor that has history, as it is known by name. */
export type SensorIdentity = { key: string; name: string; kind: string; unit: string | null }

/**
 * The ids of a node's sensors by key, made where they are new. Ask once per node and again when a key appears, not at every
 * sweep: the answer does not change.
 */
export async function ensureSensors(db: Database, nodeId: string, sensors: readonly SensorIdentity[]): Promise<Map<string, number>> {
  const { rows } = await db.pool.query<{ key: string; id: number }>(
    `INSERT INTO "Sensor" ("nodeId", key, name, kind, unit)
    SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[])
    ON CONFLICT ("nodeId", key) DO UPDATE SET name = excluded.name, kind = excluded.kind, unit = excluded.unit
    RETURNING key, id`,
    [nodeId, sensors.map((s) => s.key), sensors.map((s) => s.name), sensors.map((s) => s.kind), sensors.map((s) => s.unit)],
  )
  return new Map(rows.map((row) => [row.key, row.id]))
}

/** One value to keep. `at` is milliseconds since 1970. */
export type ReadingRow = { sensorId: number; at: number; value: number }

/**
 * Writes many readings in one statement. One INSERT from three arrays rather than COPY: it is within a factor of two of COPY, needs no
 * further package, and forgives a reading that is there already. Readings of a sensor that is gone are dropped. See docs/decisions/readings.md.
 */
export async function insertReadings(db: Database, readings: readonly ReadingRow[]): Promise<void> {
  if (readings.length === 0) return
  await db.pool.query(
    `INSERT INTO "Reading" ("sensorId", at, value)
    SELECT r.id, to_timestamp(r.at / 1000.0), r.value::real
    FROM unnest($1::int[], $2::float8[], $3::float8[]) AS r (id, at, value)
    ON CONFLICT DO NOTHING`,
    [readings.map((r) => r.sensorId), readings.map((r) => r.at), readings.map((r) => clampToReal(r.value))],
  )
}

/** The column is a 4-byte float; a BMC that says 1e300 must not lose the whole batch. */
const greatestReal = 3.4e38
const clampToReal = (value: number) => (Math.abs(value) < 1e-37 ? 0 : Math.max(-greatestReal, Math.min(greatestReal, value)))

/** Makes the partitions of the coming days and drops those older than `keepDays`. Gives how many were dropped. */
export async function keepPartitions(db: Database, daysAhead: number, keepDays: number): Promise<number> {
  const { rows } = await db.pool.query<{ dropped: number }>('SELECT reading_partitions($1, $2) AS dropped', [daysAhead, keepDays])
  return rows[0]?.dropped ?? 0
}
