import type { AuditEntry } from '#lib/domain/audit.ts'
import type { CaptureSetting, ConsoleMode, WayChoice } from '#lib/domain/console.ts'
import type { Role } from '#lib/domain/role.ts'
import { appendAudit } from './audit.ts'
import { inTransaction, type Database, type Transaction } from './client.ts'

/** Whom a ticket lets in, where to, and as what. */
export type Ticket = {
  nodeId: string
  ownerId: string
  personId: string
  personName: string
  personKind: 'person' | 'token'
  sessionId: string | null
  mode: ConsoleMode
}

export async function insertTicket(tx: Transaction, ticket: Ticket & { hash: string; expiresAt: Date }): Promise<void> {
  await tx.consoleTicket.createMany({ data: [ticket] })
}

export type ConsoleSetting = { capture: CaptureSetting; way: WayChoice }
export type ConsoleNode = ConsoleSetting & { id: string; name: string; groups: string[]; protected: boolean; ownerId: string | null }

/** A node as web must know it to open its console: the conductor that owns it and is there now, or null. */
export async function findConsoleNode(tx: Transaction, name: string): Promise<ConsoleNode | null> {
  const consoleSetting = { select: { capture: true, way: true } }
  const node = await tx.node.findUnique({ where: { name }, select: { id: true, name: true, groups: true, protected: true, ownerId: true, consoleSetting } })
  if (node === null) return null
  const { consoleSetting: setting, ownerId, ...rest } = node
  const owner = ownerId === null ? null : await tx.conductor.findUnique({ where: { id: ownerId }, select: { id: true } })
  return { ...rest, ownerId: owner?.id ?? null, capture: (setting?.capture ?? 'watched') as CaptureSetting, way: (setting?.way ?? 'auto') as WayChoice }
}

export async function writeSetting(tx: Transaction, nodeId: string, { capture, way }: ConsoleSetting): Promise<void> {
  await tx.$executeRaw`INSERT INTO "ConsoleSetting" ("nodeId", "capture", "way") VALUES (${nodeId}::uuid, ${capture}, ${way})
    ON CONFLICT ("nodeId") DO UPDATE SET "capture" = excluded."capture", "way" = excluded."way"`
}

/** May who the row `t` names be at a console at all? `$1`: the roles that may. */
const mayBeHere = `console_may(t."personKind", t."personId", t."sessionId", $1)`

export type TicketAsked = { hash: string; nodeName: string; ownerId: string; personId: string; sessionId: string | null; roles: readonly Role[] }

/**
 * Consumes a ticket: once, in time, for this node and owner, by whom it was made for, who still may. `audit` is written in the same
 * transaction, so that there is no open console without its row. Null when the ticket is not good.
 */
export async function consumeTicket(db: Database, asked: TicketAsked, audit: (ticket: Ticket) => AuditEntry): Promise<Ticket | null> {
  return inTransaction(db, async (client) => {
    await client.query(`SET LOCAL lock_timeout = '3s'; SET LOCAL statement_timeout = '5s'`)
    const { rows } = await client.query<Ticket>(
      `UPDATE "ConsoleTicket" t SET "usedAt" = now() FROM "Node" n
      WHERE t.hash = $2 AND t."usedAt" IS NULL AND t."expiresAt" > now() AND n.id = t."nodeId" AND n.name = $3
        AND n."ownerId" = $4 AND t."ownerId" = $4 AND t."personId" = $5 AND t."sessionId" IS NOT DISTINCT FROM $6 AND ${mayBeHere}
      RETURNING t."nodeId", t."ownerId", t."personId", t."personName", t."personKind", t."sessionId", t.mode`,
      [asked.roles, asked.hash, asked.nodeName, asked.ownerId, asked.personId, asked.sessionId],
    )
    const ticket = rows[0]
    if (ticket !== undefined) await appendAudit(client, audit(ticket))
    return ticket ?? null
  })
}

/** Forgets tickets that nobody can use any more. */
export async function deleteOldTickets(db: Database): Promise<void> {
  await db.pool.query(`DELETE FROM "ConsoleTicket" WHERE "expiresAt" < now() - interval '1 minute'`)
}

type Present = { id: string; kind: 'person' | 'token'; sessionId: string | null }

/** Of those who have a console open, the ones who may no longer: asked anew after news may have been missed. */
export async function findGone(db: Database, present: readonly Present[], roles: readonly Role[]): Promise<number[]> {
  if (present.length === 0) return []
  const { rows } = await db.pool.query<{ n: number }>(
    `SELECT t.n::int - 1 AS n FROM unnest($2::uuid[], $3::text[], $4::uuid[]) WITH ORDINALITY AS t("personId", "personKind", "sessionId", n) WHERE NOT ${mayBeHere}`,
    [roles, present.map((one) => one.id), present.map((one) => one.kind), present.map((one) => one.sessionId)],
  )
  return rows.map((row) => row.n)
}

/** A node's console as its conductor must know it: how it is captured, by which way it is opened, and the trusted host key. */
export type Captured = ConsoleSetting & { nodeId: string; name: string; hostKey: string | null }

/** Of a conductor's nodes those with these ids, and those whose console is open without anybody looking. */
export async function listCaptures(db: Database, conductorId: string, nodeIds: readonly string[]): Promise<Captured[]> {
  const { rows } = await db.pool.query<Captured>(
    `SELECT n.id AS "nodeId", n.name, coalesce(c.capture, 'watched') AS capture, coalesce(c.way, 'auto') AS way, k.key AS "hostKey"
    FROM "Node" n LEFT JOIN "ConsoleSetting" c ON c."nodeId" = n.id LEFT JOIN "SshHostKey" k ON k."nodeId" = n.id
    WHERE n."ownerId" = $1 AND (c.capture IN ('always', 'required') OR n.id = ANY($2::uuid[]))`,
    [conductorId, nodeIds],
  )
  return rows
}

/** By which way a node's console is opened. */
export async function findWay(db: Database, nodeId: string): Promise<WayChoice> {
  const { rows } = await db.pool.query<{ way: WayChoice }>('SELECT way FROM "ConsoleSetting" WHERE "nodeId" = $1', [nodeId])
  return rows[0]?.way ?? 'auto'
}

/** Of these nodes the ones that are still there, and whether a conductor other than this one holds them. */
export async function findHeld(db: Database, nodeIds: readonly string[], conductorId: string | null): Promise<Map<string, { byAnother: boolean }>> {
  const { rows } = await db.pool.query<{ id: string; byAnother: boolean }>(
    `SELECT n.id, EXISTS (SELECT 1 FROM "Conductor" c WHERE c.id = n."ownerId" AND c.id IS DISTINCT FROM $2) AS "byAnother"
    FROM "Node" n WHERE n.id = ANY($1::uuid[])`,
    [nodeIds, conductorId],
  )
  return new Map(rows.map(({ id, byAnother }) => [id, { byAnother }]))
}

/** A power command that was put on the wire. */
export type SentCommand = { stepId: string; nodeId: string; commands: string[]; by: string; sentAt: Date }

/** What an operation has sent to these nodes so far. */
export async function listSentCommands(db: Database, operationId: string, nodeIds: readonly string[]): Promise<SentCommand[]> {
  const { rows } = await db.pool.query<SentCommand>(
    `SELECT s.id AS "stepId", s."nodeId", s.commands, s."sentAt", o.by FROM "Step" s JOIN "Operation" o ON o.id = s."operationId"
    WHERE o.id = $1 AND o.kind IN ('power', 'boot', 'install') AND s."nodeId" = ANY($2::uuid[]) AND cardinality(s.commands) > 0`,
    [operationId, nodeIds],
  )
  return rows
}

/** A row of its own, for what has no other transaction. */
export const writeAudit = (db: Database, entry: AuditEntry): Promise<number> => appendAudit(db.pool as never, entry)
