import { database } from './client.ts'

/** What /metrics counts beside the nodes themselves. */

export type ConductorRow = { id: string; host: string; nodes: number; stats: unknown }

/** Conductors that reported within half a minute, with the nodes that each holds. */
export async function listConductors(): Promise<ConductorRow[]> {
  const { rows } = await database().pool.query<ConductorRow>(
    `SELECT c.id, c.host, c.stats, (SELECT count(*)::int FROM "Node" n WHERE n."ownerId" = c.id) AS nodes
    FROM "Conductor" c WHERE c."statsAt" > now() - interval '30 seconds' ORDER BY c."startedAt"`,
  )
  return rows
}

/** How many operations there ever were by kind and state, and the steps that are not finished. */
export async function countOperations(): Promise<{ operations: { kind: string; state: string; count: number }[]; steps: { state: string; count: number }[] }> {
  const { pool } = database()
  const operations = await pool.query<{ kind: string; state: string; count: number }>('SELECT kind, state, count(*)::int AS count FROM "Operation" GROUP BY 1, 2 ORDER BY 1, 2')
  const steps = await pool.query<{ state: string; count: number }>(
    `SELECT state, count(*)::int AS count FROM "Step" WHERE state IN ('queued', 'sending', 'sent') GROUP BY 1 ORDER BY 1`,
  )
  return { operations: operations.rows, steps: steps.rows }
}

/** The last seq of the audit, which is dense: how many rows it has. */
export async function countAudit(): Promise<number> {
  const { rows } = await database().pool.query<{ seq: string }>('SELECT coalesce(max(seq), 0) AS seq FROM "Audit"')
  return Number(rows[0]!.seq)
}

/** The newest sensor sweep of each of these nodes, by the node's id; those that are older than `maxAgeMs` are left out. */
export async function readSweeps(nodeIds: readonly string[], maxAgeMs: number): Promise<{ nodeId: string; data: unknown }[]> {
  const { rows } = await database().pool.query<{ nodeId: string; data: unknown }>(
    `SELECT "nodeId", data FROM "Snapshot" WHERE facet = 'sensors' AND "nodeId" = ANY($1) AND "takenAt" > now() - $2 * interval '1 millisecond'`,
    [nodeIds, maxAgeMs],
  )
  return rows
}
