import type { AuditEntry } from '#lib/domain/audit.ts'
import type { Span } from '#lib/domain/address-spans.ts'
import type { ScanPorts, Sighting } from '#lib/domain/scan.ts'
import { appendAudit } from './audit.ts'
import { inTransaction, type Database } from './client.ts'

/** A scan as a conductor takes it up: `asked` is where it goes on. */
export type ScanWork = {
  id: string
  ranges: string
  spans: Span[]
  ports: ScanPorts
  asked: number
  total: number
  by: string
  byKind: 'person' | 'token'
  ip: string | null
  requestId: string | null
}

/** Takes up to `limit` scans that wait, or whose conductor has said nothing for so long. */
export async function takeScans(db: Database, conductorId: string, limit: number, forgottenSeconds: number): Promise<ScanWork[]> {
  const { rows } = await db.pool.query<ScanWork>(
    `UPDATE "Scan" s SET state = 'running', "ownerId" = $1, "beatAt" = now() FROM (
      SELECT id FROM "Scan" WHERE state = 'queued' OR (state = 'running' AND "beatAt" < now() - make_interval(secs => $3))
      ORDER BY "createdAt" LIMIT $2 FOR UPDATE SKIP LOCKED) q
    WHERE s.id = q.id RETURNING s.id, s.ranges, s.spans, s.ports, s.asked, s.total, s.by, s."byKind", s.ip, s."requestId"`,
    [conductorId, limit, forgottenSeconds],
  )
  return rows
}

/** Says how far it is. `stop`: somebody asked for its end. `gone`: it is no longer ours. */
export async function beatScan(db: Database, { id }: ScanWork, conductorId: string, asked: number): Promise<'go-on' | 'stop' | 'gone'> {
  const { rows } = await db.pool.query<{ stopAsked: boolean }>(
    `UPDATE "Scan" SET asked = $3, "beatAt" = now() WHERE id = $1 AND "ownerId" = $2 AND state = 'running' RETURNING "stopAsked"`,
    [id, conductorId, asked],
  )
  const row = rows[0]
  if (row === undefined) return 'gone'
  return row.stopAsked ? 'stop' : 'go-on'
}

/** Keeps what stands at an address; asked again after a conductor died, the newer answer counts. */
export async function keepSighting(db: Database, scanId: string, { address, redfish, ipmi }: Sighting): Promise<void> {
  await db.pool.query(
    `INSERT INTO "Sighting" ("scanId", address, redfish, ipmi) VALUES ($1, $2, $3, $4)
    ON CONFLICT ("scanId", address) DO UPDATE SET redfish = EXCLUDED.redfish, ipmi = EXCLUDED.ipmi`,
    [scanId, address, redfish === null ? null : JSON.stringify(redfish), ipmi === null ? null : JSON.stringify(ipmi)],
  )
}

export async function countSightings(db: Database, scanId: string): Promise<number> {
  const { rows } = await db.pool.query<{ count: number }>('SELECT count(*)::int AS count FROM "Sighting" WHERE "scanId" = $1', [scanId])
  return rows[0]!.count
}

/** Ends it, with its row in the audit. */
export async function finishScan(db: Database, { id }: ScanWork, conductorId: string, result: { asked: number; end: 'finished' | 'stopped' }, audit: AuditEntry): Promise<void> {
  await inTransaction(db, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE "Scan" SET state = 'done', asked = $3, "end" = $4, "finishedAt" = now() WHERE id = $1 AND "ownerId" = $2 AND state = 'running'`,
      [id, conductorId, result.asked, result.end],
    )
    if (rowCount === 1) await appendAudit(client, audit)
  })
}

/** Gives it back, for another conductor to go on at once. */
export async function releaseScan(db: Database, { id }: ScanWork, conductorId: string, asked: number): Promise<void> {
  await db.pool.query(`UPDATE "Scan" SET state = 'queued', "ownerId" = NULL, asked = $3 WHERE id = $1 AND "ownerId" = $2 AND state = 'running'`, [id, conductorId, asked])
}

export async function deleteOldScans(db: Database, afterDays: number): Promise<void> {
  await db.pool.query(`DELETE FROM "Scan" WHERE state = 'done' AND "finishedAt" < now() - make_interval(days => $1)`, [afterDays])
}
