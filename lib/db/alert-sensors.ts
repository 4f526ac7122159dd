import type { SensorCondition } from '#lib/domain/alert-rule.ts'
import type { AlertEvidence } from '#lib/domain/alert.ts'
import type { Database } from './client.ts'

/** When the sensors of each node were last read, as text that changes with every reading: the snapshots themselves stay where they are. */
export async function listSensorTimes(db: Database): Promise<Map<string, string>> {
  const { rows } = await db.pool.query<{ id: string; at: string }>({
    text: `SELECT "nodeId" AS id, "takenAt"::text AS at FROM "Snapshot" WHERE facet = 'sensors'`,
  })
  return new Map(rows.map(({ id, at }) => [id, at]))
}

/** `*` in a name stands for anything; what LIKE knows beside it means itself. */
const toLike = (name: string) => name.toLowerCase().replace(/[\\%_]/g, '\\$&').replace(/\*+/g, '%')

const nodesAtOnce = 500

/** Of these nodes' sensors, per rule, the one furthest beyond its value, as `rule id → node id → evidence`. */
export async function findBeyond(
  db: Database,
  rules: readonly { id: string; condition: SensorCondition }[],
  nodeIds: readonly string[],
): Promise<Map<string, Map<string, AlertEvidence>>> {
  const found = new Map<string, Map<string, AlertEvidence>>(rules.map(({ id }) => [id, new Map()]))
  const tests = JSON.stringify(rules.map(({ id, condition: { sensor, name, is, value } }) => ({ id, sensor, name: name === null ? null : toLike(name), sign: is === 'over' ? 1 : -1, value })))
  type Row = { rule: string; node: string; name: string; reading: number; unit: string | null; count: number }
  for (let from = 0; from < nodeIds.length; from += nodesAtOnce) {
    const { rows } = await db.pool.query<Row>(
      `SELECT DISTINCT ON (t.id, p."nodeId") t.id AS rule, p."nodeId" AS node, s.name, s.reading, s.unit,
        (count(*) OVER (PARTITION BY t.id, p."nodeId"))::int AS count
      FROM "Snapshot" p, jsonb_to_recordset(p.data -> 'sensors') AS s (name text, kind text, reading float8, unit text),
        jsonb_to_recordset($1::jsonb) AS t (id text, sensor text, name text, sign int, value float8)
      WHERE p.facet = 'sensors' AND p."nodeId" = ANY($2) AND s.reading * t.sign > t.value * t.sign
        AND (t.sensor IS NULL OR s.kind = t.sensor) AND (t.name IS NULL OR lower(s.name) LIKE t.name)
      ORDER BY t.id, p."nodeId", s.reading * t.sign DESC, s.name`,
      [tests, nodeIds.slice(from, from + nodesAtOnce)],
    )
    for (const { rule, node, name, reading, unit, count } of rows) found.get(rule)?.set(node, { kind: 'sensor', name, reading, unit, more: count - 1 })
  }
  return found
}
