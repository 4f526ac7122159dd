import type { BmcFailure, Capabilities, Endpoint, EndpointFacts, Identity, Protocol } from '#lib/domain/bmc.ts'
import type { FanReading } from '#lib/domain/fan.ts'
import type { Health } from '#lib/domain/health.ts'
import type { PowerState } from '#lib/domain/power.ts'
import type { PowerDraw, Sensor } from '#lib/domain/sensor.ts'
import type { Database } from './client.ts'
import type { Owner } from './steps.ts'

/**
 * What polls found, written for many nodes in one statement. Every statement joins the node's present owner and epoch: a conductor that
 * lost a node while it was asking writes nothing. Times are milliseconds since 1970.
 */

type Of<T> = T & { nodeId: string; epoch: number; atMs: number }

export type PowerResult = Of<{
  power: PowerState
  via: Protocol
  latencyMs: number
  /** The snapshot: what else the same answer said. */
  data: Record<string, unknown>
}>

/** Of a power read; it also says that the BMC answers, by which protocol and how fast. */
export async function writePowers(db: Database, conductorId: string, results: readonly PowerResult[]): Promise<void> {
  if (results.length === 0) return
  await db.pool.query(
    `${owned('power text, via text, "latencyMs" float8')}
    INSERT INTO "NodeStatus" ("nodeId", power, "powerAt", "seenAt", "bmcState", "bmcVia", failure, "latencyMs")
    SELECT "nodeId", power, at, at, 'ok', via, NULL, "latencyMs" FROM found
    ON CONFLICT ("nodeId") DO UPDATE SET power = excluded.power, "powerAt" = excluded."powerAt", "seenAt" = excluded."seenAt",
      "bmcState" = 'ok', "bmcVia" = excluded."bmcVia", failure = NULL, "latencyMs" = excluded."latencyMs"`,
    [JSON.stringify(results), conductorId],
  )
  await writeSnapshots(db, conductorId, 'power', results)
}

export type SensorsResult = Of<{
  health: Health
  hottest: { name: string; reading: number; health: string } | null
  watts: number | null
  data: { sensors: readonly Sensor[]; watts: number | null; draw?: PowerDraw; unread: readonly string[] }
}>

export async function writeSensors(db: Database, conductorId: string, results: readonly SensorsResult[]): Promise<void> {
  if (results.length === 0) return
  await db.pool.query(
    `${owned('health jsonb, hottest jsonb, watts float8, "capWatts" float8')}
    INSERT INTO "NodeStatus" ("nodeId", "healthLevel", "healthReasons", "healthAt", hottest, watts, "capWatts", "seenAt")
    SELECT "nodeId", health ->> 'level', health -> 'reasons', at, hottest, watts, "capWatts", at FROM found
    ON CONFLICT ("nodeId") DO UPDATE SET "healthLevel" = excluded."healthLevel", "healthReasons" = excluded."healthReasons",
      "healthAt" = excluded."healthAt", hottest = excluded.hottest, watts = excluded.watts,
      "capWatts" = excluded."capWatts", "seenAt" = excluded."seenAt"`,
    [JSON.stringify(results.map(({ nodeId, epoch, atMs, health, hottest, watts, data }) => ({ nodeId, epoch, atMs, health, hottest, watts, capWatts: data.draw?.limit ?? null }))), conductorId],
  )
  await writeSnapshots(db, conductorId, 'sensors', results)
}

export type FansResult = Of<{ data: FanReading }>

/** The fans as they were read, for their page. */
export const writeFans = (db: Database, conductorId: string, results: readonly FansResult[]): Promise<void> => writeSnapshots(db, conductorId, 'fans', results)

export type IdentityResult = Of<{ identity: Identity }>

export async function writeIdentities(db: Database, conductorId: string, results: readonly IdentityResult[]): Promise<void> {
  if (results.length === 0) return
  await db.pool.query(
    `${owned('identity jsonb')}
    INSERT INTO "NodeStatus" ("nodeId", identity) SELECT "nodeId", identity FROM found
    ON CONFLICT ("nodeId") DO UPDATE SET identity = excluded.identity WHERE "NodeStatus".identity IS DISTINCT FROM excluded.identity`,
    [JSON.stringify(results), conductorId],
  )
  await writeSnapshots(db, conductorId, 'inventory', results.map(({ identity, ...rest }) => ({ ...rest, data: { identity } })))
}

export type FailureResult = Of<{ failure: BmcFailure }>

/** A BMC that no protocol reaches. The last known power and health stay, with their times: the pages grey them. */
export async function writeFailures(db: Database, conductorId: string, results: readonly FailureResult[]): Promise<void> {
  if (results.length === 0) return
  await db.pool.query(
    `${owned('failure jsonb')}
    INSERT INTO "NodeStatus" ("nodeId", "bmcState", failure) SELECT "nodeId", 'failed', failure FROM found
    ON CONFLICT ("nodeId") DO UPDATE SET "bmcState" = 'failed', failure = excluded.failure
      WHERE "NodeStatus"."bmcState" <> 'failed' OR "NodeStatus".failure IS DISTINCT FROM excluded.failure`,
    [JSON.stringify(results), conductorId],
  )
}

/** What a probe found: the endpoints as they are now, and what the node can do. */
export async function writeProbe(db: Database, owner: Owner, nodeId: string, found: { endpoints: readonly Endpoint[]; capabilities: Capabilities | null }): Promise<void> {
  if (found.capabilities !== null) {
    await db.pool.query('UPDATE "Node" SET capabilities = $4 WHERE id = $1 AND "ownerId" = $2 AND "ownerEpoch" = $3', [
      nodeId,
      owner.conductorId,
      owner.epoch,
      JSON.stringify(found.capabilities),
    ])
  }
  await writeEndpoints(db, owner, nodeId, found.endpoints)
}

/** The management state of a node's ports; rows that do not exist are not made, and only changed ones are written. */
export async function writeEndpoints(
  db: Database,
  owner: Owner,
  nodeId: string,
  endpoints: readonly { protocol: Protocol; state: string; failure: BmcFailure | null; facts: EndpointFacts }[],
): Promise<void> {
  const { rowCount } = await db.pool.query(
    `UPDATE "Endpoint" e SET state = x.state, failure = x.failure, facts = x.facts, "checkedAt" = now()
    FROM jsonb_to_recordset($4::jsonb) AS x (protocol text, state text, failure jsonb, facts jsonb), "Node" n
    WHERE n.id = $1 AND n."ownerId" = $2 AND n."ownerEpoch" = $3 AND e."nodeId" = n.id AND e.protocol = x.protocol
      AND (e.state, e.failure, e.facts) IS DISTINCT FROM (x.state, x.failure, x.facts)`,
    [nodeId, owner.conductorId, owner.epoch, JSON.stringify(endpoints)],
  )
  // The trigger on NodeStatus tells the pages; a port's state is shown beside it.
  if (rowCount) await db.pool.query('UPDATE "NodeStatus" SET revision = 0 WHERE "nodeId" = $1', [nodeId])
}

async function writeSnapshots(db: Database, conductorId: string, facet: string, results: readonly Of<{ data: unknown }>[]): Promise<void> {
  await db.pool.query(
    `${owned('data jsonb')}
    INSERT INTO "Snapshot" ("nodeId", facet, "takenAt", data) SELECT "nodeId", $3, at, data FROM found
    ON CONFLICT ("nodeId", facet) DO UPDATE SET "takenAt" = excluded."takenAt", data = excluded.data`,
    [JSON.stringify(results.map(({ nodeId, epoch, atMs, data }) => ({ nodeId, epoch, atMs, data }))), conductorId, facet],
  )
}

/** The rows of $1 whose node is owned by $2 in the epoch of the row. The order keeps two writers from waiting for each other in a circle. */
const owned = (columns: string) => `WITH found AS (
  SELECT x.*, to_timestamp(x."atMs" / 1000.0) AS at
  FROM jsonb_to_recordset($1::jsonb) AS x ("nodeId" uuid, epoch int, "atMs" float8, ${columns})
  JOIN "Node" n ON n.id = x."nodeId" AND n."ownerId" = $2 AND n."ownerEpoch" = x.epoch
  ORDER BY x."nodeId")`
