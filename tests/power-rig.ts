import type { TestDatabase } from './database.ts'

export type Meter = { name: string; watts: number | null; power?: 'on' | 'off'; groups?: readonly string[]; rack?: string | null; protected?: boolean; capWatts?: number | null; readAgoSeconds?: number }

/** Nodes that nobody polls, as if their BMCs had told their watts a moment ago. One that is there already has told anew. */
export async function addMeters(test: TestDatabase, meters: readonly Meter[]): Promise<void> {
  await test.db.pool.query(
    `WITH told AS (SELECT * FROM jsonb_to_recordset($1::jsonb) AS x (name text, watts float8, power text, groups jsonb, rack text, protected bool, "capWatts" float8, "readAgoSeconds" float8)),
    made AS (INSERT INTO "Node" (name, address, protocol, groups, rack, protected)
      SELECT name, '10.0.0.1', 'ipmi', ARRAY(SELECT jsonb_array_elements_text(coalesce(groups, '[]'))), rack, coalesce(protected, false) FROM told
      ON CONFLICT (name) DO UPDATE SET address = excluded.address RETURNING id, name)
    INSERT INTO "NodeStatus" ("nodeId", "bmcState", power, "powerAt", "healthLevel", "healthAt", watts, "capWatts")
    SELECT made.id, 'ok', coalesce(power, 'on'), now(), 'ok', now() - coalesce("readAgoSeconds", 0) * interval '1 second', watts, "capWatts" FROM told JOIN made USING (name)
    ON CONFLICT ("nodeId") DO UPDATE SET power = excluded.power, "powerAt" = excluded."powerAt", "healthAt" = excluded."healthAt", watts = excluded.watts, "capWatts" = excluded."capWatts"`,
    [JSON.stringify(meters)],
  )
}
