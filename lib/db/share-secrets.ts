import type { Database, Transaction } from './client.ts'

/** Keeps the sealed password of the share that this operation mounts from; `finishOperations` forgets it. */
export async function insertShareSecret(tx: Transaction, operationId: string, sealed: Uint8Array<ArrayBuffer>): Promise<void> {
  await tx.shareSecret.createMany({ data: [{ operationId, sealed }] })
}

/** Null where there is none, or none any more. */
export async function findShareSecret(db: Database, operationId: string): Promise<Uint8Array | null> {
  const { rows } = await db.pool.query<{ sealed: Buffer }>('SELECT sealed FROM "ShareSecret" WHERE "operationId" = $1', [operationId])
  return rows[0]?.sealed ?? null
}
