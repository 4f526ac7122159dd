import { mailServer, type MailServer, type ReceiverKind } from '#lib/domain/receiver.ts'
import { inTransaction, type Database } from './client.ts'

/** A secret on its way, with what it is bound to. */
export type ReceiverInboxItem = { id: string; receiverId: string; name: string; kind: ReceiverKind; isPlain: boolean; mail: MailServer | null; sealed: Uint8Array }

export async function listReceiverInbox(db: Database): Promise<ReceiverInboxItem[]> {
  const { rows } = await db.pool.query<Omit<ReceiverInboxItem, 'mail'> & { mail: unknown }>(
    `SELECT DISTINCT ON (i."receiverId") i.id, i."receiverId", r.name, r.kind, r."isPlain", r.mail, i.sealed
    FROM "ReceiverInbox" i JOIN "Receiver" r ON r.id = i."receiverId" ORDER BY i."receiverId", i."createdAt" DESC, i.id`,
  )
  return rows.map((row) => ({ ...row, mail: row.mail === null ? null : mailServer.parse(row.mail) }))
}

/** Keeps a secret that was sealed again, and takes it and older ones out of the inbox: a receiver with a new secret begins anew. */
export async function keepReceiverSecret(db: Database, item: ReceiverInboxItem, sealed: Uint8Array): Promise<void> {
  await inTransaction(db, async (client) => {
    await client.query(
      `INSERT INTO "ReceiverSecret" ("receiverId", sealed) VALUES ($1, $2)
      ON CONFLICT ("receiverId") DO UPDATE SET sealed = excluded.sealed, "updatedAt" = now()`,
      [item.receiverId, Buffer.from(sealed)],
    )
    await client.query(`UPDATE "Receiver" SET failures = 0, "nextTryAt" = NULL WHERE id = $1`, [item.receiverId])
    await dropFrom(client, item)
  })
}

/** Throws one away that does not open, and says so at its receiver. */
export async function refuseReceiverSecret(db: Database, item: ReceiverInboxItem, failure: string): Promise<void> {
  await inTransaction(db, async (client) => {
    await client.query(`UPDATE "Receiver" SET failure = $2, "failedAt" = now() WHERE id = $1`, [item.receiverId, failure])
    await dropFrom(client, item)
  })
}

const dropFrom = (client: Pick<Database['pool'], 'query'>, item: ReceiverInboxItem) =>
  client.query(
    `DELETE FROM "ReceiverInbox" i USING "ReceiverInbox" newest
    WHERE newest.id = $1 AND i."receiverId" = newest."receiverId" AND (i."createdAt", i.id) <= (newest."createdAt", newest.id)`,
    [item.id],
  )
