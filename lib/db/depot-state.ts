import * as z from 'zod/mini'
import { depotDoor, depotFinding, type DepotDoor, type DepotFinding } from '#lib/domain/depot.ts'
import { database, type Database } from './client.ts'

/** What the depot serves and how it finds itself, with the time of its last look. */
export type DepotState = { doors: DepotDoor[]; addresses: string[]; mediaAddress: string | null; findings: DepotFinding[]; checkedAt: Date }

/** What the depot said last; null before its first start. */
export async function readDepotState(db: Database = database()): Promise<DepotState | null> {
  const { rows } = await db.pool.query<DepotState>('SELECT doors, addresses, "mediaAddress", findings, "checkedAt" FROM "DepotState" WHERE id = 1')
  const row = rows[0]
  if (row === undefined) return null
  return { ...row, doors: z.array(depotDoor).parse(row.doors), findings: z.array(depotFinding).parse(row.findings) }
}

export async function writeDepotState(db: Database, { doors, addresses, mediaAddress, findings }: Omit<DepotState, 'checkedAt'>): Promise<void> {
  await db.pool.query(
    `INSERT INTO "DepotState" (id, doors, addresses, "mediaAddress", findings, "checkedAt") VALUES (1, $1, $2, $3, $4, now())
    ON CONFLICT (id) DO UPDATE SET doors = excluded.doors, addresses = excluded.addresses, "mediaAddress" = excluded."mediaAddress", findings = excluded.findings, "checkedAt" = now()`,
    [JSON.stringify(doors), addresses, mediaAddress, JSON.stringify(findings)],
  )
}
