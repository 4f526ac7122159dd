import type { PoolClient } from 'pg'
import type { Database, Transaction } from './client.ts'

/** Keeps the sealed password of the share that this operation mounts from. */
export async function insertShareSecret(tx: Transaction, operationId: string, sealed: Uint8Array<ArrayBuffer>): Promise<void> {
  await tx.shareSecret.createMany({ data: [{ operationId, sealed }] })
}

/** Null where there is none, or none any more. */
export async function findShareSecret(db: Database, operationId: string): Promise<Uint8Array | null> {
  const { rows } = await db.pool.query<{ sealed: Buffer }>('SELECT sealed FROM "ShareSecret" WHERE "operationId" = $1', [operationId])
  return rows[0]?.sealed ?? null
}

/** Forgets those of operations that have ended. */
export async function deleteShareSecrets(client: PoolClient, operationIds: readonly string[]): Promise<void> {
  await client.query(`DELETE FROM "ShareSecret" x USING "Operation" o WHERE x."operationId" = o.id AND o.id = ANY($1) AND o."finishedAt" IS NOT NULL`, [operationIds])
}
