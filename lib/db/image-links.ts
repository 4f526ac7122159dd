import { createHash, randomBytes } from 'node:crypto'
import { BaseboardError } from '#lib/domain/errors.ts'
import { toServedName, toTouchedPercent, type ImageReads, type LinkProtocol } from '#lib/domain/image-link.ts'
import { database, type Database } from './client.ts'

const letters = 'abcdefghijklmnopqrstuvwxyz234567'

/** 26 letters of base32 (RFC 4648) from 16 random bytes. */
function newToken(): string {
  let bits = BigInt(`0x${randomBytes(16).toString('hex')}`)
  let text = ''
  for (let i = 0; i < 26; i += 1, bits >>= 5n) text += letters[Number(bits & 31n)]
  return text
}

/** How a link's token is stored. */
export const hashLinkToken = (token: string): string => createHash('sha256').update(token).digest('hex')

export type NewImageLink = { imageId: string; nodeId: string; bmcAddress: string; protocol: LinkProtocol; minutes: number }

/**
 * Lets a BMC read an image, from its address alone and for so many minutes. The token is in no other place than this answer: the conductor
 * puts it into the URL (`toImageUrl`) with `name`. Throws `image-not-ready` (409) where the library has no such image.
 */
export async function createImageLink({ imageId, nodeId, bmcAddress, protocol, minutes }: NewImageLink, db: Database = database()): Promise<{ id: string; token: string; name: string }> {
  const token = newToken()
  const { rows } = await db.pool.query<{ name: string }>(`SELECT name FROM "Image" WHERE id = $1 AND state = 'ready'`, [imageId])
  if (rows[0] === undefined) throw new BaseboardError('image-not-ready', 409, `image ${imageId}: it is not in the library, or not ready`)
  const name = toServedName(rows[0].name)
  const made = await db.pool.query<{ id: string }>(
    `INSERT INTO "ImageLink" ("imageId", "nodeId", name, "bmcAddress", "tokenHash", protocol, "expiresAt")
    VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(mins => $7)) RETURNING id`,
    [imageId, nodeId, name, bmcAddress, hashLinkToken(token), protocol, minutes],
  )
  return { id: made.rows[0]!.id, token, name }
}

/** Ends a link now. One that has ended stays as it is. */
export async function revokeImageLink(id: string, db: Database = database()): Promise<void> {
  await db.pool.query(`UPDATE "ImageLink" SET "revokedAt" = now() WHERE id = $1 AND "revokedAt" IS NULL`, [id])
}

/** Lets a link live longer: an install over a slow line may take hours. One that was revoked stays so. */
export async function extendImageLink(id: string, minutes: number, db: Database = database()): Promise<void> {
  await db.pool.query(`UPDATE "ImageLink" SET "expiresAt" = greatest("expiresAt", now() + make_interval(mins => $2)) WHERE id = $1 AND "revokedAt" IS NULL`, [id, minutes])
}

type Row = Omit<ImageReads, 'createdAt' | 'expiresAt' | 'revokedAt' | 'firstReadAt' | 'lastReadAt' | 'refusedAt' | 'touchedPercent' | 'bytesServed' | 'requests' | 'bytesPerSecond' | 'imageBytes'> & {
  createdAt: Date
  expiresAt: Date
  revokedAt: Date | null
  firstReadAt: Date | null
  lastReadAt: Date | null
  refusedAt: Date | null
  touched: Buffer
  bytesServed: string
  requests: string
  bytesPerSecond: string
  imageBytes: string | null
}

const toTime = (at: Date | null) => at?.toISOString() ?? null

const toImageReads = ({ touched, ...row }: Row): ImageReads => ({
  ...row,
  imageBytes: Number(row.imageBytes ?? 0),
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
  revokedAt: toTime(row.revokedAt),
  firstReadAt: toTime(row.firstReadAt),
  lastReadAt: toTime(row.lastReadAt),
  refusedAt: toTime(row.refusedAt),
  bytesServed: Number(row.bytesServed),
  requests: Number(row.requests),
  bytesPerSecond: Number(row.bytesPerSecond),
  touchedPercent: toTouchedPercent(touched),
})

/** A rate is of now only while the reads that it tells of are. */
const rate = `CASE WHEN l."lastReadAt" > now() - interval '15 seconds' THEN l."bytesPerSecond" ELSE 0 END AS "bytesPerSecond"`

const selectReads = `SELECT l.id, l."imageId", i.name AS "imageName", i.bytes AS "imageBytes", l.protocol, l."createdAt", l."expiresAt", l."revokedAt", l."bytesServed", l.requests,
  ${rate}, l.touched, l."firstReadAt", l."lastReadAt", l."lastVia", l."lastAgent", l."refusedAddress", l."refusedAt"
  FROM "ImageLink" l JOIN "Image" i ON i.id = l."imageId"`

/** What a node's BMC has read: its newest links first, twenty at most. */
export async function readImageLinks(nodeId: string, db: Database = database()): Promise<ImageReads[]> {
  const { rows } = await db.pool.query<Row>(`${selectReads} WHERE l."nodeId" = $1 ORDER BY l."createdAt" DESC LIMIT 20`, [nodeId])
  return rows.map(toImageReads)
}

/** One link; null when it is gone. */
export async function readImageLink(id: string, db: Database = database()): Promise<ImageReads | null> {
  const { rows } = await db.pool.query<Row>(`${selectReads} WHERE l.id = $1`, [id])
  return rows[0] === undefined ? null : toImageReads(rows[0])
}

/** Forgets links that ended so many days ago. */
export async function deleteOldImageLinks(db: Database, days: number): Promise<void> {
  await db.pool.query(`DELETE FROM "ImageLink" WHERE least("expiresAt", "revokedAt") < now() - make_interval(days => $1)`, [days])
}
