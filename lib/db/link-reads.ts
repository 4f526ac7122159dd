import type { LinkProtocol } from '#lib/domain/image-link.ts'
import type { Database } from './client.ts'

/** A link as the depot must know it to serve by it. `bytes`: of its image; `touched`: what has been read of it so far, a bit for each 256th. */
export type ServedLink = { id: string; imageId: string; name: string; bmcAddress: string; bytes: number; expiresAt: Date; revokedAt: Date | null; touched: Buffer }

type Row = Omit<ServedLink, 'bytes'> & { bytes: string }

const select = `SELECT l.id, l."imageId", l.name, l."bmcAddress", l."expiresAt", l."revokedAt", l.touched, i.bytes FROM "ImageLink" l JOIN "Image" i ON i.id = l."imageId" AND i.state = 'ready'`

const toLink = (row: Row): ServedLink => ({ ...row, bytes: Number(row.bytes) })

/** The link with this token; null when there is none. */
export async function findLinkByToken(db: Database, tokenHash: string): Promise<ServedLink | null> {
  const { rows } = await db.pool.query<Row>(`${select} WHERE l."tokenHash" = $1`, [tokenHash])
  return rows[0] === undefined ? null : toLink(rows[0])
}

/** Of these links those that are there, as they are now. */
export async function findLinks(db: Database, ids: readonly string[]): Promise<ServedLink[]> {
  const { rows } = await db.pool.query<Row>(`${select} WHERE l.id = ANY($1::uuid[])`, [ids])
  return rows.map(toLink)
}

/** What has been read by a link since the last time. `touched` is the whole map; refused is of one that came from another address. */
export type LinkCounts = {
  id: string
  bytes: number
  requests: number
  bytesPerSecond: number
  touched: Buffer
  firstReadAt: Date | null
  lastReadAt: Date | null
  via: LinkProtocol | null
  agent: string | null
  refusedAddress: string | null
  refusedAt: Date | null
}

/** Adds the counts of many links in one statement. */
export async function addLinkCounts(db: Database, counts: readonly LinkCounts[]): Promise<void> {
  const column = <K extends keyof LinkCounts>(name: K) => counts.map((one) => one[name])
  await db.pool.query(
    `UPDATE "ImageLink" l SET
      "bytesServed" = l."bytesServed" + c.bytes, requests = l.requests + c.requests, "bytesPerSecond" = c.rate,
      touched = c.touched,
      "firstReadAt" = coalesce(l."firstReadAt", c.first), "lastReadAt" = coalesce(c.last, l."lastReadAt"),
      "lastVia" = coalesce(c.via, l."lastVia"), "lastAgent" = coalesce(c.agent, l."lastAgent"),
      "refusedAddress" = coalesce(c."refusedAddress", l."refusedAddress"), "refusedAt" = coalesce(c."refusedAt", l."refusedAt")
    FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bytea[], $6::timestamptz[], $7::timestamptz[], $8::text[], $9::text[], $10::text[], $11::timestamptz[])
      AS c(id, bytes, requests, rate, touched, first, last, via, agent, "refusedAddress", "refusedAt")
    WHERE l.id = c.id`,
    [column('id'), column('bytes'), column('requests'), column('bytesPerSecond'), column('touched'), column('firstReadAt'), column('lastReadAt'), column('via'), column('agent'), column('refusedAddress'), column('refusedAt')],
  )
}
