import { database } from './client.ts'

/** The operation that brings an image into this node or takes one out now; null where none does. */
export async function findMediaOperation(nodeId: string): Promise<string | null> {
  const { rows } = await database().pool.query<{ id: string }>(
    `SELECT o.id FROM "Step" s JOIN "Operation" o ON o.id = s."operationId"
    WHERE s."nodeId" = $1 AND o.kind IN ('media', 'install') AND s.state IN ('queued', 'sending', 'sent') ORDER BY o."auditSeq" LIMIT 1`,
    [nodeId],
  )
  return rows[0]?.id ?? null
}
