import { visitedNodes, type VisitedNodes, type Visitor } from '#lib/domain/visitors.ts'
import { database, type Database } from './client.ts'
import { isAlive } from './leases.ts'

/** Who is at the consoles of a conductor now. They go with its row. */
export async function writeVisitors(db: Database, conductorId: string, visited: VisitedNodes): Promise<void> {
  await db.pool.query('UPDATE "Conductor" SET visitors = $2 WHERE id = $1', [conductorId, JSON.stringify(visited)])
}

/** The nodes at whose console somebody is, by their names now. A conductor that has died has nobody. */
export async function listVisited(): Promise<{ node: string; visitors: Visitor[] }[]> {
  const { pool } = database()
  const { rows } = await pool.query<{ visitors: unknown }>(`SELECT c.visitors FROM "Conductor" c WHERE jsonb_array_length(c.visitors) > 0 AND ${isAlive}`)
  const visited = rows.flatMap((row) => visitedNodes.parse(row.visitors))
  if (visited.length === 0) return []
  const names = await pool.query<{ id: string; name: string }>('SELECT id, name FROM "Node" WHERE id = ANY($1::uuid[])', [visited.map(({ nodeId }) => nodeId)])
  const nameOf = new Map(names.rows.map(({ id, name }) => [id, name]))
  return visited.flatMap(({ nodeId, visitors }) => (nameOf.has(nodeId) ? [{ node: nameOf.get(nodeId)!, visitors }] : []))
}
