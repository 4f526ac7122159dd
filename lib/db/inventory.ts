import { bios, type Bios } from '#lib/domain/bios.ts'
import type { Protocol } from '#lib/domain/bmc.ts'
import { inventory, type Inventory } from '#lib/domain/inventory.ts'
import { inTransaction, type Database } from './client.ts'
import { isStillOwned, putEntries, tellNews, type NewEntry } from './events.ts'
import { toJsonText } from './json-text.ts'
import type { Owner } from './steps.ts'

export type StoredInventory = { protocol: Protocol; takenAt: Date; inventory: Inventory }

/** What is known of a node's parts, as each protocol tells it. One that an older version wrote and that is not understood is left out. */
export async function readInventories(db: Pick<Database, 'pool'>, nodeId: string): Promise<StoredInventory[]> {
  const { rows } = await db.pool.query<{ protocol: Protocol; takenAt: Date; data: unknown }>(
    `SELECT protocol, "takenAt", data - 'bios' AS data FROM "Inventory" WHERE "nodeId" = $1 ORDER BY protocol DESC`,
    [nodeId],
  )
  return rows.flatMap(({ data, ...row }) => {
    const parsed = inventory.safeParse(data)
    return parsed.success ? [{ ...row, inventory: parsed.data }] : []
  })
}

/** Keeps what is known now and the events of what has changed, together. False when the node is not ours any more. */
export async function writeInventory(
  db: Database,
  owner: Owner,
  nodeId: string,
  found: { protocol: Protocol; takenAtMs: number; inventory: Inventory; events: readonly NewEntry[] },
): Promise<boolean> {
  return inTransaction(db, async (client) => {
    await client.query(`SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = '10s'`)
    if (!(await isStillOwned(client, owner, nodeId))) return false
    await client.query(
      `INSERT INTO "Inventory" ("nodeId", protocol, "takenAt", data) VALUES ($1, $2, to_timestamp($3 / 1000.0), $4)
      ON CONFLICT ("nodeId", protocol) DO UPDATE SET "takenAt" = excluded."takenAt", data = excluded.data`,
      [nodeId, found.protocol, found.takenAtMs, toJsonText(found.inventory)],
    )
    await putEntries(client, nodeId, null, found.takenAtMs, found.events)
    await tellNews(client, nodeId)
    return true
  })
}

/** The BIOS settings of a node, which Redfish alone tells; null before its first inventory. */
export async function readBios(db: Pick<Database, 'pool'>, nodeId: string): Promise<{ takenAt: Date; bios: Bios | null } | null> {
  const { rows } = await db.pool.query<{ takenAt: Date; bios: unknown }>(
    `SELECT "takenAt", data -> 'bios' AS bios FROM "Inventory" WHERE "nodeId" = $1 ORDER BY protocol DESC LIMIT 1`,
    [nodeId],
  )
  return rows.map(({ takenAt, bios: data }) => ({ takenAt, bios: bios.safeParse(data).data ?? null }))[0] ?? null
}

export type FleetRow = { name: string; found: StoredInventory[] }

/** The inventories of the nodes after this name, at most `limit` nodes, by name: a list to be walked through. */
export async function listInventories(db: Pick<Database, 'pool'>, afterName: string, limit: number): Promise<FleetRow[]> {
  const { rows } = await db.pool.query<{ name: string; found: { protocol: Protocol; takenAt: string; data: unknown }[] }>(
    `SELECT n.name, coalesce((SELECT jsonb_agg(jsonb_build_object('protocol', i.protocol, 'takenAt', i."takenAt", 'data', i.data - 'bios') ORDER BY i.protocol DESC)
      FROM "Inventory" i WHERE i."nodeId" = n.id), '[]') AS found
    FROM "Node" n WHERE n.name > $1 ORDER BY n.name LIMIT $2`,
    [afterName, limit],
  )
  return rows.map(({ name, found }) => ({
    name,
    found: found.flatMap(({ protocol, takenAt, data }) => {
      const parsed = inventory.safeParse(data)
      return parsed.success ? [{ protocol, takenAt: new Date(takenAt), inventory: parsed.data }] : []
    }),
  }))
}
