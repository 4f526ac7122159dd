import type { PoolClient } from 'pg'
import type { AuditEntry } from '#lib/domain/audit.ts'
import type { FanDuties } from '#lib/domain/fan.ts'
import { fanConsent, fanPolicy, fanReason, fanState, type FanConsent, type FanPolicy, type FanReason, type FanState } from '#lib/domain/fan-policy.ts'
import type { Role } from '#lib/domain/role.ts'
import { appendAudit } from './audit.ts'
import { inTransaction, type Database } from './client.ts'
import { putEntries, tellNews, type NewEntry } from './events.ts'
import type { Owner } from './steps.ts'

/** The conductor's side of a fan policy: what is wanted of a node of ours, and how it stands with that. */
export type FanWork = {
  nodeId: string
  nodeName: string
  policy: FanPolicy
  version: number
  doneVersion: number
  consent: FanConsent | null
  state: FanState
  reason: FanReason | null
  holding: boolean
  heldSince: Date | null
  duties: FanDuties | null
  assertedAt: Date | null
  asserts: number
  setBy: string
  setById: string
  setByKind: 'person' | 'token'
  ip: string | null
  requestId: string | null
}

type Row = Omit<FanWork, 'policy' | 'consent' | 'state' | 'reason'> & { policy: unknown; consent: unknown; state: string; reason: unknown }

/** The policies of nodes that a conductor owns and has something to do for; those that are at rest (the BMC steers, as asked) are not read. */
export async function listFanWork(db: Database, conductorId: string): Promise<FanWork[]> {
  const { rows } = await db.pool.query<Row>(
    `SELECT f."nodeId", n.name AS "nodeName", f.policy, f.version, f."doneVersion", f.consent, f.state, f.reason, f.holding, f."heldSince", f.duties, f."assertedAt", f.asserts,
      f."setBy", f."setById", f."setByKind", f.ip, f."requestId"
    FROM "FanPolicy" f JOIN "Node" n ON n.id = f."nodeId"
    WHERE n."ownerId" = $1 AND (f.holding OR f."doneVersion" <> f.version OR f.policy ->> 'kind' <> 'automatic')`,
    [conductorId],
  )
  return rows.map((row) => ({
    ...row,
    policy: fanPolicy.parse(row.policy),
    consent: row.consent === null ? null : fanConsent.parse(row.consent),
    state: fanState.parse(row.state),
    reason: row.reason === null ? null : fanReason.parse(row.reason),
  }))
}

const toJson = (value: unknown) => (value === null ? null : JSON.stringify(value))

export type FanIntentAnswer = 'committed' | 'not-ours' | 'protected' | 'forbidden'

type Intent = {
  work: FanWork
  owner: Owner
  /** Of an order that holds: after it the BMC may be in a manual mode. */
  duties: FanDuties | null
  /** A change that was not begun before: then the node must not be protected, and who asked must still be allowed to. */
  isNew: boolean
  /** Letting go is good whatever was asked meanwhile; what was asked is still to be done then. */
  letsGo: boolean
  roles: readonly Role[]
  audit: AuditEntry
}

/**
 * Commits that an order is about to be sent, with its audit row, while the caller owns the node. `holding` is true from here on where the order
 * holds: whoever finds it so after our death takes it up or lets it go. Letting go is never refused for protection or a right.
 */
export async function beginFans(db: Database, { work, owner, duties, isNew, letsGo, roles, audit }: Intent): Promise<FanIntentAnswer> {
  return inTransaction(db, async (client) => {
    await client.query(`SET LOCAL lock_timeout = '3s'; SET LOCAL statement_timeout = '5s'`)
    const { rows } = await client.query<{ protected: boolean; may: boolean }>(
      `SELECT n.protected, operation_may($4, $5, $6) AS may FROM "Node" n WHERE n.id = $1 AND n."ownerId" = $2 AND n."ownerEpoch" = $3 FOR SHARE`,
      [work.nodeId, owner.conductorId, owner.epoch, work.setByKind, work.setById, roles],
    )
    const node = rows[0]
    if (node === undefined) return 'not-ours'
    if (isNew && work.policy.kind !== 'automatic') {
      if (node.protected) return 'protected'
      if (!node.may) return 'forbidden'
    }
    const { rowCount } = await client.query(
      `UPDATE "FanPolicy" SET "doneVersion" = $2, holding = holding OR $3, duties = $4::jsonb, asserts = 0,
        "heldSince" = CASE WHEN $3 THEN coalesce("heldSince", now()) ELSE "heldSince" END
      WHERE "nodeId" = $1 AND (version = $2 OR $5)`,
      [work.nodeId, work.version, duties !== null, toJson(duties), letsGo],
    )
    if (rowCount !== 1) return 'not-ours'
    await appendAudit(client, audit)
    return 'committed'
  })
}

export type FanStanding = { state: FanState; reason: FanReason | null; holding: boolean; duties: FanDuties | null; asserts: number; assertedAt: Date | null }

/** Writes how it stands now, where anything is to be told with its row of the audit and the node's event log. Nothing when the node is not ours. */
export async function writeFanStanding(db: Database, work: Pick<FanWork, 'nodeId' | 'doneVersion'>, owner: Owner, standing: FanStanding, told: { audit: AuditEntry | null; entry: NewEntry | null }): Promise<boolean> {
  return inTransaction(db, async (client) => {
    const written = await updateStanding(client, work, owner, standing)
    if (!written) return false
    if (told.entry !== null) {
      await putEntries(client, work.nodeId, null, Date.now(), [told.entry])
      await tellNews(client, work.nodeId)
    }
    if (told.audit !== null) await appendAudit(client, told.audit)
    return true
  })
}

async function updateStanding(client: PoolClient, { nodeId, doneVersion }: Pick<FanWork, 'nodeId' | 'doneVersion'>, owner: Owner, { state, reason, holding, duties, asserts, assertedAt }: FanStanding): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE "FanPolicy" f SET state = $4, reason = $5::jsonb, holding = $6, "heldSince" = CASE WHEN $6 THEN f."heldSince" END, duties = $7::jsonb,
      asserts = $8, "assertedAt" = $9, "doneVersion" = greatest(f."doneVersion", $10), "stateAt" = CASE WHEN f.state IS DISTINCT FROM $4 OR (f.reason ->> 'code') IS DISTINCT FROM ($5::jsonb ->> 'code') THEN now() ELSE f."stateAt" END
    FROM "Node" n WHERE f."nodeId" = $1 AND n.id = f."nodeId" AND n."ownerId" = $2 AND n."ownerEpoch" = $3`,
    [nodeId, owner.conductorId, owner.epoch, state, toJson(reason), holding, toJson(duties), asserts, assertedAt, doneVersion],
  )
  return rowCount === 1
}
