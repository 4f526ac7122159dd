import { database, type Database } from './client.ts'

/** The operation that brings an image into this node or takes one out now; null where none does. */
export async function findMediaOperation(nodeId: string): Promise<string | null> {
  const { rows } = await database().pool.query<{ id: string }>(
    `SELECT o.id FROM "Step" s JOIN "Operation" o ON o.id = s."operationId"
    WHERE s."nodeId" = $1 AND o.kind IN ('media', 'install') AND s.state IN ('queued', 'sending', 'sent') ORDER BY o."auditSeq" LIMIT 1`,
    [nodeId],
  )
  return rows[0]?.id ?? null
}

/** What the depot says of itself: by which doors it serves, and at which address BMCs find it; null before its first start. */
export async function readDepotDoors(db: Database): Promise<{ doors: unknown; mediaAddress: string | null } | null> {
  const { rows } = await db.pool.query<{ doors: unknown; mediaAddress: string | null }>(`SELECT doors, "mediaAddress" FROM "DepotState" WHERE id = 1`)
  return rows[0] ?? null
}
