import type { AuditEntry } from '#lib/domain/audit.ts'
import type { ImageFacts, ImageFailure, ImageState } from '#lib/domain/image.ts'
import { appendAudit } from './audit.ts'
import { inTransaction, type Database } from './client.ts'

/** The depot's side of images: how far their bytes are, and what came of them. */
export type KeptImage = {
  id: string
  name: string
  state: ImageState
  bytes: number | null
  received: number
  expectedSha256: string | null
  source: string | null
  by: string
  byKind: 'person' | 'token'
  ip: string | null
  requestId: string | null
  movedAt: Date
}

const columns = 'id, name, state, bytes, received, "expectedSha256", source, by, "byKind", ip, "requestId", "movedAt"'

type Row = Omit<KeptImage, 'bytes' | 'received'> & { bytes: string | null; received: string }

const toKept = (row: Row): KeptImage => ({ ...row, bytes: row.bytes === null ? null : Number(row.bytes), received: Number(row.received) })

export async function listKeptImages(db: Database): Promise<KeptImage[]> {
  return (await db.pool.query<Row>(`SELECT ${columns} FROM "Image" ORDER BY "createdAt"`)).rows.map(toKept)
}

export async function findKeptImage(db: Database, id: string): Promise<KeptImage | null> {
  const { rows } = await db.pool.query<Row>(`SELECT ${columns} FROM "Image" WHERE id = $1`, [id])
  return rows[0] === undefined ? null : toKept(rows[0])
}

/** Says how much of an image lies on the disk for certain, and how long it is when that is known by now. False when it is not coming any more. */
export async function noteReceived(db: Database, id: string, received: number, bytes: number | null): Promise<boolean> {
  const { rowCount } = await db.pool.query(
    `UPDATE "Image" SET received = $2, bytes = COALESCE($3, bytes), "movedAt" = now() WHERE id = $1 AND state IN ('uploading', 'fetching')`,
    [id, received, bytes],
  )
  return rowCount === 1
}

/** All its bytes are there: from now on it is looked at. False when it was not coming any more. */
export async function beginChecking(db: Database, id: string, bytes: number): Promise<boolean> {
  const { rowCount } = await db.pool.query(
    `UPDATE "Image" SET state = 'checking', bytes = $2, received = $2, checked = 0, "movedAt" = now() WHERE id = $1 AND state IN ('uploading', 'fetching')`,
    [id, bytes],
  )
  return rowCount === 1
}

/** Says how much of an image has been summed; false when nobody wants it any more. */
export async function noteChecked(db: Database, id: string, checked: number): Promise<boolean> {
  return (await db.pool.query(`UPDATE "Image" SET checked = $2, "movedAt" = now() WHERE id = $1 AND state = 'checking'`, [id, checked])).rowCount === 1
}

/** Gives an image to the BMCs, with its row in the audit. Its file must lie in its place before. False when it was removed meanwhile. */
export async function publishImage(db: Database, id: string, { sha256, facts }: { sha256: string; facts: ImageFacts }, audit: AuditEntry): Promise<boolean> {
  return inTransaction(db, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE "Image" SET state = 'ready', sha256 = $2, facts = $3, checked = bytes, "readyAt" = now(), "movedAt" = now() WHERE id = $1 AND state = 'checking'`,
      [id, sha256, JSON.stringify(facts)],
    )
    if (rowCount !== 1) return false
    await appendAudit(client, audit)
    return true
  })
}

/** Keeps why an image did not come to be, with its row in the audit. False when it had already ended. */
export async function failImage(db: Database, id: string, failure: ImageFailure, audit: AuditEntry): Promise<boolean> {
  return inTransaction(db, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE "Image" SET state = 'failed', failure = $2, "movedAt" = now() WHERE id = $1 AND state IN ('uploading', 'fetching', 'checking')`,
      [id, JSON.stringify(failure)],
    )
    if (rowCount !== 1) return false
    await appendAudit(client, audit)
    return true
  })
}

/** Forgets the failed ones of long ago. */
export async function deleteOldFailures(db: Database, afterDays: number): Promise<void> {
  await db.pool.query(`DELETE FROM "Image" WHERE state = 'failed' AND "movedAt" < now() - make_interval(days => $1)`, [afterDays])
}

/** Keeps of the address that an image was fetched from only what is no secret, once it is not needed any more. */
export async function forgetSource(db: Database, id: string): Promise<void> {
  await db.pool.query(`UPDATE "Image" SET source = split_part(source, '?', 1) WHERE id = $1 AND state IN ('ready', 'failed') AND source LIKE '%?%'`, [id])
}
