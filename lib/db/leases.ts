import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { Client } from 'pg'
import type { Capabilities, Endpoint, ProtocolChoice, TlsPolicy } from '#lib/domain/bmc.ts'
import { ipmiSettings, type IpmiSettings } from '#lib/domain/ipmi.ts'
import type { CipherSuiteId } from '#lib/domain/ipmi-words.ts'
import type { Database } from './client.ts'
import { openLine } from './line.ts'

/**
 * Who owns which node. A conductor lives while a connection of its own holds the advisory lock of its row; whatever kills the
 * process or the connection frees the lock, so nobody waits for an expiry. See docs/decisions/lease.md.
 */

/** True for a conductor row `c` whose lock is held now, in this database. */
export const isAlive = `EXISTS (
  SELECT 1 FROM pg_locks l
  WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND ((l.classid::bigint << 32) | l.objid::bigint) = c."lockKey")`

const heartbeatMs = 1_000
/** Less than the 5 s after which Postgres, by its keep-alives, frees the lock of a connection that fell silent. */
const answerMs = 2_500

export type LeaseConnection = {
  readonly id: string
  /** Fires once, when the connection that holds the lock is gone or silent. */
  readonly lost: AbortSignal
  close: () => Promise<void>
}

/** 62 random bits: a key that no other conductor has, and that fits the bigint of pg_locks. */
const randomLockKey = () => (randomBytes(8).readBigUInt64BE() >> 2n).toString()

/**
 * Becomes a conductor: takes a lock of its own on a connection of its own, then writes the row that makes it known.
 * `replaces` is the id that this process had before it lost its connection; its row goes, so that its nodes are free at once.
 */
export async function openLease(url: string, replaces?: string): Promise<LeaseConnection> {
  const { client, lost } = await openLine(url, 'lease')
  try {
    const lockKey = randomLockKey()
    const { rows } = await client.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1) AS held', [lockKey])
    if (rows[0]?.held !== true) throw new Error('the lock of a new conductor is already held')
    if (replaces !== undefined) await client.query('DELETE FROM "Conductor" WHERE id = $1', [replaces])
    const known = await client.query<{ id: string }>(
      'INSERT INTO "Conductor" (id, "lockKey", host) VALUES (gen_random_uuid(), $1, $2) RETURNING id',
      [lockKey, hostname()],
    )
    return watch(client, known.rows[0]!.id, lost)
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }
}

function watch(client: Client, id: string, lost: AbortController): LeaseConnection {
  const heart = setInterval(() => {
    const late = setTimeout(() => lost.abort(), answerMs)
    client
      .query('SELECT 1')
      .catch(() => lost.abort())
      .finally(() => clearTimeout(late))
  }, heartbeatMs)
  lost.signal.addEventListener('abort', () => clearInterval(heart), { once: true })
  return {
    id,
    lost: lost.signal,
    async close() {
      clearInterval(heart)
      if (!lost.signal.aborted) await client.query('DELETE FROM "Conductor" WHERE id = $1', [id]).catch(() => {})
      await Promise.race([client.end().catch(() => {}), new Promise((resolve) => setTimeout(resolve, 500).unref())])
    },
  }
}

/**
 * Takes nodes that nobody alive owns, up to this conductor's share of all nodes, and forgets conductors that are gone.
 * Gives how many were taken. Liveness is looked at in the statement that takes them, so that there is no moment between.
 */
export async function claimNodes(db: Database, conductorId: string): Promise<number> {
  await db.pool.query(`DELETE FROM "Conductor" c WHERE c."startedAt" < now() - interval '1 minute' AND NOT ${isAlive}`)
  const { rowCount } = await db.pool.query(
    `WITH alive AS (SELECT c.id FROM "Conductor" c WHERE ${isAlive}),
      share AS (SELECT ceil((SELECT count(*) FROM "Node")::numeric / greatest((SELECT count(*) FROM alive), 1))::int AS n),
      mine AS (SELECT count(*)::int AS n FROM "Node" WHERE "ownerId" = $1),
      free AS (
        SELECT id FROM "Node"
        WHERE "ownerId" IS NULL OR "ownerId" NOT IN (SELECT id FROM alive)
        ORDER BY id LIMIT greatest((SELECT n FROM share) - (SELECT n FROM mine), 0)
        FOR UPDATE SKIP LOCKED)
    UPDATE "Node" n SET "ownerId" = $1, "ownerEpoch" = n."ownerEpoch" + 1
    FROM free WHERE n.id = free.id AND $1 IN (SELECT id FROM alive)`,
    [conductorId],
  )
  return rowCount ?? 0
}

/** How many nodes this conductor owns beyond its share: another has come, and waits for them. */
export async function countSurplus(db: Database, conductorId: string): Promise<number> {
  const { rows } = await db.pool.query<{ surplus: number }>(
    `WITH alive AS (SELECT c.id FROM "Conductor" c WHERE ${isAlive})
    SELECT (SELECT count(*) FROM "Node" WHERE "ownerId" = $1)::int
      - ceil((SELECT count(*) FROM "Node")::numeric / greatest((SELECT count(*) FROM alive), 1))::int AS surplus`,
    [conductorId],
  )
  return Math.max(0, rows[0]?.surplus ?? 0)
}

/** Gives nodes back, after their conversations were closed, and tells the others that there is work. */
export async function releaseNodes(db: Database, conductorId: string, nodeIds: readonly string[]): Promise<void> {
  if (nodeIds.length === 0) return
  await db.pool.query(`UPDATE "Node" SET "ownerId" = NULL WHERE "ownerId" = $1 AND id = ANY($2)`, [conductorId, nodeIds])
  await db.pool.query(`SELECT pg_notify('work', '')`)
}

/** All that a conductor must know of a node to speak with its BMC. `credential.sealed` only the vault can open. */
export type OwnedNode = {
  id: string
  name: string
  address: string
  protocol: ProtocolChoice
  protected: boolean
  pin: string | null
  tls: TlsPolicy
  ipmi: IpmiSettings
  /** The best cipher suite that it has done. */
  cipherSuite: CipherSuiteId | null
  /** What Redfish sessions learned of its BMC, as the JSON that `keepKnownService` was given. */
  knownService: string | null
  capabilities: Capabilities | null
  epoch: number
  endpoints: Endpoint[]
  credential: { username: string; sealed: Uint8Array; kg: Uint8Array | null; version: string } | null
}

type Row = Omit<OwnedNode, 'credential' | 'ipmi'> & { ipmi: unknown; username: string | null; sealed: Buffer | null; kg: Buffer | null; version: string | null }

/** The nodes of a conductor, in the order of their names; of these ids only, if some are given. */
export async function listOwnedNodes(db: Database, conductorId: string, nodeIds: readonly string[] | null = null): Promise<OwnedNode[]> {
  const { rows } = await db.pool.query<Row>(
    `SELECT n.id, n.name, n.address, n.protocol, n.protected, n.pin, n.tls, n.ipmi, n."cipherSuite", n."knownService"::text AS "knownService", n.capabilities, n."ownerEpoch" AS epoch,
      c.username, c.sealed, c.kg, c."updatedAt"::text AS version,
      coalesce((SELECT json_agg(json_build_object('protocol', e.protocol, 'port', e.port, 'state', e.state, 'failure', e.failure, 'facts', e.facts)
        ORDER BY e.protocol DESC) FROM "Endpoint" e WHERE e."nodeId" = n.id), '[]') AS endpoints
    FROM "Node" n LEFT JOIN "Credential" c ON c."nodeId" = n.id
    WHERE n."ownerId" = $1 AND ($2::uuid[] IS NULL OR n.id = ANY($2)) ORDER BY n.name`,
    [conductorId, nodeIds],
  )
  return rows.map(({ ipmi, username, sealed, kg, version, ...node }) => ({
    ...node,
    ipmi: ipmiSettings.parse(ipmi),
    credential: username === null || sealed === null || version === null ? null : { username, sealed, kg, version },
  }))
}

/** Keeps the best cipher suite that a BMC has done, in place of the one so far: unless another was set meanwhile. */
export async function keepCipherSuite(db: Database, nodeId: string, epoch: number, suite: CipherSuiteId, before: CipherSuiteId | null): Promise<void> {
  await db.pool.query('UPDATE "Node" SET "cipherSuite" = $3 WHERE id = $1 AND "ownerEpoch" = $2 AND "cipherSuite" IS NOT DISTINCT FROM $4', [nodeId, epoch, suite, before])
}

/** Keeps what a Redfish session learned of a BMC, for the conductor that reads the node next. */
export async function keepKnownService(db: Database, nodeId: string, epoch: number, json: string): Promise<void> {
  await db.pool.query('UPDATE "Node" SET "knownService" = $3 WHERE id = $1 AND "ownerEpoch" = $2', [nodeId, epoch, json])
}

/** Pins a certificate in place of the pin so far (null: none yet). False when another was set meanwhile: then that one counts. */
export async function pinCertificate(db: Database, nodeId: string, epoch: number, pin: string, before: string | null): Promise<boolean> {
  const { rowCount } = await db.pool.query(
    `UPDATE "Node" SET pin = $3, "pinnedAt" = now() WHERE id = $1 AND "ownerEpoch" = $2 AND pin IS NOT DISTINCT FROM $4`,
    [nodeId, epoch, pin, before],
  )
  return rowCount === 1
}
