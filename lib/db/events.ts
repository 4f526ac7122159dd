import type { PoolClient } from 'pg'
import * as z from 'zod/mini'
import type { Protocol } from '#lib/domain/bmc.ts'
import type { LogCursor, LogEntry } from '#lib/domain/log-entry.ts'
import { logSource, type LogSource } from '#lib/domain/log-source.ts'
import { inTransaction, type Database } from './client.ts'
import { toJsonText } from './json-text.ts'
import type { Owner } from './steps.ts'

/** What one reading of a node's logs found. `cleared` names the sources that do not go on from what was read before. */
export type LogWrite = {
  protocol: Protocol
  atMs: number
  entries: readonly LogEntry[]
  cleared: readonly string[]
  cursor: LogCursor | null
  sources: readonly LogSource[]
}

/** A row to keep: an entry of the BMC, or one of ours with what has changed. */
export type NewEntry = LogEntry & { change?: unknown }

const entriesAtOnce = 500
/** A BMC that writes without end (or lies) costs no more than this; the oldest go first. */
const greatestCount = 20_000

const lasting = [
  'source', 'sourceId', 'at', 'bmcTime', 'level', 'severity', 'text', 'sensor', 'messageId', 'raw', 'asserted', 'resolved',
] as const
const listed = (prefix: string) => lasting.map((name) => `${prefix}"${name}"`).join(', ')

/** Locks the node's row to the end of the transaction; false when it has another owner meanwhile. */
export async function isStillOwned(client: PoolClient, owner: Owner, nodeId: string): Promise<boolean> {
  const { rowCount } = await client.query('SELECT 1 FROM "Node" WHERE id = $1 AND "ownerId" = $2 AND "ownerEpoch" = $3 FOR SHARE', [
    nodeId,
    owner.conductorId,
    owner.epoch,
  ])
  return rowCount === 1
}

/** Tells the pages once, at the commit. */
export const tellNews = (client: PoolClient, nodeId: string) => client.query(`SELECT pg_notify('events', $1)`, [nodeId])

/**
 * Adds what is new and takes over what has changed (an entry comes again when the BMC counts it on, or calls it repaired); gives how many
 * rows were touched. An entry that is read is in the BMC's log, so it is not cleared.
 */
export async function putEntries(
  client: PoolClient,
  nodeId: string,
  protocol: Protocol | null,
  atMs: number,
  entries: readonly NewEntry[],
): Promise<number> {
  const distinct = [...new Map(entries.map((entry) => [entry.key, entry])).values()]
  let touched = 0
  for (let from = 0; from < distinct.length; from += entriesAtOnce) {
    const { rowCount } = await client.query(
      `INSERT INTO "LogEntry" AS e ("nodeId", protocol, "firstSeenAt", "shownAt", key, ${listed('')}, change)
      SELECT $1, $2, to_timestamp($3 / 1000.0), coalesce(x.at, to_timestamp($3 / 1000.0)), x.key, ${listed('x.')}, x.change
      FROM jsonb_to_recordset($4::jsonb) AS x (key text, source text, "sourceId" text, at timestamptz(3), "bmcTime" text, level text, severity text,
        text text, sensor text, "messageId" text, raw text, asserted boolean, resolved boolean, change jsonb)
      ON CONFLICT ("nodeId", key) DO UPDATE SET (${listed('')}, "shownAt", cleared) =
        ROW (${listed('excluded.')}, coalesce(excluded.at, e."firstSeenAt"), false)
      WHERE (${listed('e.')}, e.cleared) IS DISTINCT FROM (${listed('excluded.')}, false)`,
      [nodeId, protocol, atMs, toJsonText(distinct.slice(from, from + entriesAtOnce))],
    )
    touched += rowCount ?? 0
  }
  if (touched > 0) await trim(client, nodeId)
  return touched
}

const trim = (client: PoolClient, nodeId: string) =>
  client.query(
    `DELETE FROM "LogEntry" WHERE id IN (
      SELECT id FROM "LogEntry" WHERE "nodeId" = $1 ORDER BY "shownAt" DESC, id DESC OFFSET ${greatestCount})`,
    [nodeId],
  )

/**
 * Keeps one reading whole: its entries, what was cleared, and where the next one goes on. Gives the rows touched; null when the node is not
 * ours any more.
 */
export async function writeLog(db: Database, owner: Owner, nodeId: string, write: LogWrite): Promise<number | null> {
  const { protocol, atMs, entries, cleared, cursor, sources } = write
  return inTransaction(db, async (client) => {
    await client.query(`SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = '30s'`)
    if (!(await isStillOwned(client, owner, nodeId))) return null
    const gone = await markCleared(client, nodeId, protocol, cleared)
    const touched = await putEntries(client, nodeId, protocol, atMs, entries)
    await client.query(
      `INSERT INTO "LogCursor" ("nodeId", protocol, cursor, sources, "readAt") VALUES ($1, $2, $3, $4, to_timestamp($5 / 1000.0))
      ON CONFLICT ("nodeId", protocol) DO UPDATE SET cursor = excluded.cursor, sources = excluded.sources, "readAt" = excluded."readAt"`,
      [nodeId, protocol, cursor === null ? null : toJsonText(cursor), toJsonText(sources), atMs],
    )
    if (gone + touched > 0) await tellNews(client, nodeId)
    return gone + touched
  })
}

async function markCleared(client: PoolClient, nodeId: string, protocol: Protocol, sources: readonly string[]): Promise<number> {
  if (sources.length === 0) return 0
  const { rowCount } = await client.query(
    `UPDATE "LogEntry" SET cleared = true WHERE "nodeId" = $1 AND protocol = $2 AND source = ANY($3) AND NOT cleared`,
    [nodeId, protocol, sources],
  )
  return rowCount ?? 0
}

export type LogRead = { nodeId: string; epoch: number; protocol: Protocol; atMs: number }

/** Of readings that found nothing new: only when they were, for many nodes together. */
export async function writeLogReads(db: Database, conductorId: string, reads: readonly LogRead[]): Promise<void> {
  if (reads.length === 0) return
  await db.pool.query(
    `UPDATE "LogCursor" c SET "readAt" = to_timestamp(x."atMs" / 1000.0)
    FROM jsonb_to_recordset($1::jsonb) AS x ("nodeId" uuid, epoch int, protocol text, "atMs" float8)
    JOIN "Node" n ON n.id = x."nodeId" AND n."ownerId" = $2 AND n."ownerEpoch" = x.epoch
    WHERE c."nodeId" = x."nodeId" AND c.protocol = x.protocol`,
    [JSON.stringify(reads), conductorId],
  )
}

export type LogPlace = { protocol: Protocol; cursor: LogCursor | null; sources: LogSource[] }

const storedSources = z.catch(z.array(logSource), [])

/** Where the logs of a node were left, by protocol. */
export async function readLogPlaces(db: Database, nodeId: string): Promise<LogPlace[]> {
  const { rows } = await db.pool.query<{ protocol: Protocol; cursor: LogCursor | null; sources: unknown }>(
    'SELECT protocol, cursor, sources FROM "LogCursor" WHERE "nodeId" = $1',
    [nodeId],
  )
  return rows.map((row) => ({ ...row, sources: storedSources.parse(row.sources) }))
}

/** Forgets entries that we have known for longer than `keepDays`. Gives how many. */
export async function purgeEntries(db: Database, keepDays: number): Promise<number> {
  const { rowCount } = await db.pool.query(`DELETE FROM "LogEntry" WHERE "firstSeenAt" < now() - $1 * interval '1 day'`, [keepDays])
  return rowCount ?? 0
}
