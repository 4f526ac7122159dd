import type { HostKeyRecord } from '#lib/domain/console.ts'
import type { Database, Transaction } from './client.ts'

/** What is known of the SSH host key of a node's BMC; null before the first was seen. */
export async function readHostKey(tx: Transaction, nodeId: string): Promise<HostKeyRecord | null> {
  const row = await tx.sshHostKey.findUnique({ where: { nodeId }, select: { key: true, pinnedAt: true, other: true, otherAt: true } })
  if (row === null) return null
  return { ...row, pinnedAt: row.pinnedAt?.toISOString() ?? null, otherAt: row.otherAt?.toISOString() ?? null }
}

/** Trusts this key from now on, or the next that is shown. */
export async function trustHostKey(tx: Transaction, nodeId: string, key: string | null): Promise<void> {
  const trusted = { key, pinnedAt: key === null ? null : new Date(), other: null, otherAt: null }
  await tx.sshHostKey.upsert({ where: { nodeId }, create: { nodeId, ...trusted }, update: trusted })
}

/** The key that a conductor trusts now. */
export async function findTrustedKey(db: Database, nodeId: string): Promise<string | null> {
  const { rows } = await db.pool.query<{ key: string | null }>('SELECT key FROM "SshHostKey" WHERE "nodeId" = $1', [nodeId])
  return rows[0]?.key ?? null
}

/**
 * Keeps the key of a first use, for the conductor that holds the node. Gives the key that is trusted after that: another one when somebody
 * was faster; null when the node is not this conductor's any more.
 */
export async function pinHostKey(db: Database, nodeId: string, ownerId: string, key: string): Promise<string | null> {
  const { rows } = await db.pool.query<{ key: string }>(
    `INSERT INTO "SshHostKey" ("nodeId", key, "pinnedAt") SELECT id, $3, now() FROM "Node" WHERE id = $1 AND "ownerId" = $2
    ON CONFLICT ("nodeId") DO UPDATE SET key = coalesce("SshHostKey".key, excluded.key), "pinnedAt" = coalesce("SshHostKey"."pinnedAt", now())
    RETURNING key`,
    [nodeId, ownerId, key],
  )
  return rows[0]?.key ?? null
}

/** Notes a key that was shown in place of the trusted one. */
export async function noteOtherKey(db: Database, nodeId: string, other: string): Promise<void> {
  await db.pool.query(`UPDATE "SshHostKey" SET other = $2, "otherAt" = now() WHERE "nodeId" = $1 AND other IS DISTINCT FROM $2`, [nodeId, other])
}
