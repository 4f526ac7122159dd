import type { Database } from './client.ts'

/** A node's sensor data records as its BMC sent them, one behind the other, with what they are known to be unchanged by. */
export type StoredSdrs = { device: string; recordCount: number; lastAddition: number; lastErase: number; records: Buffer }

export async function readSdrs(db: Database, nodeId: string): Promise<StoredSdrs | undefined> {
  const { rows } = await db.pool.query<Omit<StoredSdrs, 'lastAddition' | 'lastErase'> & { lastAddition: string; lastErase: string }>(
    'SELECT device, "recordCount", "lastAddition", "lastErase", records FROM "SdrRepository" WHERE "nodeId" = $1',
    [nodeId],
  )
  const row = rows[0]
  // BIGINT comes as text.
  return row && { ...row, lastAddition: Number(row.lastAddition), lastErase: Number(row.lastErase) }
}

/** Keeps them for the conductor that holds the node; for another one nothing happens. */
export async function keepSdrs(db: Database, nodeId: string, ownerId: string, sdrs: StoredSdrs): Promise<void> {
  const { device, recordCount, lastAddition, lastErase, records } = sdrs
  await db.pool.query(
    `INSERT INTO "SdrRepository" ("nodeId", device, "recordCount", "lastAddition", "lastErase", records, "readAt")
    SELECT id, $3, $4, $5, $6, $7, now() FROM "Node" WHERE id = $1 AND "ownerId" = $2
    ON CONFLICT ("nodeId") DO UPDATE SET device = excluded.device, "recordCount" = excluded."recordCount", "lastAddition" = excluded."lastAddition",
      "lastErase" = excluded."lastErase", records = excluded.records, "readAt" = excluded."readAt"`,
    [nodeId, ownerId, device, recordCount, lastAddition, lastErase, records],
  )
}
