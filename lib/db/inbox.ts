import { inTransaction, type Database } from './client.ts'

/** A new password or key K_G on its way from web, with what it is bound to. */
export type InboxItem = {
  id: string
  kind: 'password' | 'kg'
  nodeId: string
  nodeName: string
  /** Of the node's lease. */
  epoch: number
  address: string
  ports: Partial<Record<'redfish' | 'ipmi' | 'ssh', number>>
  username: string
  sealed: Uint8Array
  /** The key K_G that is stored, sealed. */
  kg: Uint8Array | null
}

/** The newest unopened password and key of each node that a conductor owns, passwords first: a key is kept beside one. */
export async function listInbox(db: Database, conductorId: string): Promise<InboxItem[]> {
  const { rows } = await db.pool.query<InboxItem>(
    `SELECT DISTINCT ON (i.kind = 'kg', i."nodeId") i.id, i.kind, i."nodeId", n.name AS "nodeName", n."ownerEpoch" AS epoch, n.address, i.username, i.sealed, c.kg,
      coalesce((SELECT jsonb_object_agg(e.protocol, e.port) FROM "Endpoint" e WHERE e."nodeId" = n.id), '{}') AS ports
    FROM "CredentialInbox" i JOIN "Node" n ON n.id = i."nodeId" LEFT JOIN "Credential" c ON c."nodeId" = n.id
    WHERE n."ownerId" = $1 ORDER BY i.kind = 'kg', i."nodeId", i."createdAt" DESC, i.id`,
    [conductorId],
  )
  return rows
}

/**
 * Keeps the password as it was sealed again, and forgets this and every older one of the node, in one transaction. `dropsKg`: the stored key
 * belongs to another address.
 */
export async function keepCredential(db: Database, item: InboxItem, sealedAtRest: Uint8Array, dropsKg: boolean): Promise<void> {
  await inTransaction(db, async (client) => {
    await client.query(
      `INSERT INTO "Credential" ("nodeId", username, sealed, "updatedAt") VALUES ($1, $2, $3, clock_timestamp())
      ON CONFLICT ("nodeId") DO UPDATE SET username = excluded.username, sealed = excluded.sealed, "updatedAt" = excluded."updatedAt",
        kg = CASE WHEN $4 THEN NULL ELSE "Credential".kg END, "kgAt" = CASE WHEN $4 THEN NULL ELSE "Credential"."kgAt" END`,
      [item.nodeId, item.username, Buffer.from(sealedAtRest), dropsKg],
    )
    await forget(client, item)
  })
}

/** Keeps the key K_G as it was sealed again, or forgets the one that is stored (null). False where no password is stored, beside which alone it can be. */
export async function keepKg(db: Database, item: InboxItem, sealedAtRest: Uint8Array | null): Promise<boolean> {
  return inTransaction(db, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE "Credential" SET kg = $2, "kgAt" = CASE WHEN $2::bytea IS NULL THEN NULL ELSE clock_timestamp() END, "updatedAt" = clock_timestamp() WHERE "nodeId" = $1`,
      [item.nodeId, sealedAtRest && Buffer.from(sealedAtRest)],
    )
    await forget(client, item)
    return rowCount === 1
  })
}

/** Forgets a message that does not open, with the older ones of its node: they were sealed for another address. */
export async function dropInbox(db: Database, item: InboxItem): Promise<void> {
  await forget(db.pool, item)
}

async function forget(client: { query: (text: string, values: unknown[]) => Promise<unknown> }, item: InboxItem): Promise<void> {
  await client.query(
    `DELETE FROM "CredentialInbox" i USING "CredentialInbox" newest
    WHERE newest.id = $1 AND i."nodeId" = newest."nodeId" AND i.kind = newest.kind AND i."createdAt" <= newest."createdAt"`,
    [item.id],
  )
}
