import { inTransaction, type Database } from './client.ts'

/** A new password on its way from web, with what it is bound to. */
export type InboxItem = {
  id: string
  nodeId: string
  nodeName: string
  address: string
  ports: Partial<Record<'redfish' | 'ipmi' | 'ssh', number>>
  username: string
  sealed: Uint8Array
}

/** The newest unopened password of each node that a conductor owns. */
export async function listInbox(db: Database, conductorId: string): Promise<InboxItem[]> {
  const { rows } = await db.pool.query<InboxItem>(
    `SELECT DISTINCT ON (i."nodeId") i.id, i."nodeId", n.name AS "nodeName", n.address, i.username, i.sealed,
      coalesce((SELECT jsonb_object_agg(e.protocol, e.port) FROM "Endpoint" e WHERE e."nodeId" = n.id), '{}') AS ports
    FROM "CredentialInbox" i JOIN "Node" n ON n.id = i."nodeId"
    WHERE n."ownerId" = $1 ORDER BY i."nodeId", i."createdAt" DESC, i.id`,
    [conductorId],
  )
  return rows
}

/** Keeps the password as it was sealed again, and forgets this and every older message of the node, in one transaction. */
export async function keepCredential(db: Database, item: InboxItem, sealedAtRest: Uint8Array): Promise<void> {
  await inTransaction(db, async (client) => {
    await client.query(
      `INSERT INTO "Credential" ("nodeId", username, sealed, "updatedAt") VALUES ($1, $2, $3, clock_timestamp())
      ON CONFLICT ("nodeId") DO UPDATE SET username = excluded.username, sealed = excluded.sealed, "updatedAt" = excluded."updatedAt"`,
      [item.nodeId, item.username, Buffer.from(sealedAtRest)],
    )
    await forget(client, item)
  })
}

/** Forgets a message that does not open, with the older ones of its node: they were sealed for another address. */
export async function dropInbox(db: Database, item: InboxItem): Promise<void> {
  await forget(db.pool, item)
}

async function forget(client: { query: (text: string, values: unknown[]) => Promise<unknown> }, item: InboxItem): Promise<void> {
  await client.query(
    `DELETE FROM "CredentialInbox" i USING "CredentialInbox" newest
    WHERE newest.id = $1 AND i."nodeId" = newest."nodeId" AND i."createdAt" <= newest."createdAt"`,
    [item.id],
  )
}
