import type { PoolClient } from 'pg'
import type { AuditEntry } from '#lib/domain/audit.ts'
import { toOptions, type ActionOptions, type Command, type ControlAction, type ControlKind, type StepState } from '#lib/domain/operation.ts'
import type { PowerState } from '#lib/domain/power.ts'
import type { Role } from '#lib/domain/role.ts'
import { appendAudit } from './audit.ts'
import { inTransaction, type Database } from './client.ts'
import { finishOperations } from './end-steps.ts'

type StepHead = {
  id: string
  operationId: string
  nodeId: string
  nodeName: string
  state: 'queued' | 'sending' | 'sent'
  before: PowerState | null
  sentAt: Date | null
  by: string
  actorKind: 'person' | 'token'
  ip: string | null
  requestId: string | null
  deadlineAt: Date
  options: ActionOptions
}

export type ControlStep = StepHead & { kind: ControlKind; action: ControlAction; commands: Command[] }

export type LogClearStep = StepHead & { kind: 'log-clear'; action: 'ClearLog'; commands: 'ClearLog'[] }

/** A step that is not finished, with what its operation asks and who asked. */
export type StepWork = ControlStep | LogClearStep

/** The owner that a write is valid for: it changes nothing once the node has another. */
export type Owner = { conductorId: string; epoch: number }

/** Steps of the nodes that a conductor owns which were released and have not ended, in the order in which they were asked. */
export async function listSteps(db: Database, conductorId: string): Promise<StepWork[]> {
  const { rows } = await db.pool.query<StepWork>(
    `SELECT s.id, s."operationId", s."nodeId", s."nodeName", s.state, s.before, s.commands, s."sentAt",
      o.kind, o.action, o.options, o.by, o."byKind" AS "actorKind", o.ip, o."requestId",
      s."releasedAt" + make_interval(secs => o."deadlineSeconds") AS "deadlineAt"
    FROM "Step" s JOIN "Operation" o ON o.id = s."operationId" JOIN "Node" n ON n.id = s."nodeId"
    WHERE o.state = 'running' AND n."ownerId" = $1 AND s.state IN ('queued', 'sending', 'sent') AND s."releasedAt" IS NOT NULL
    ORDER BY o."auditSeq", o."createdAt", o.id, s.position`,
    [conductorId],
  )
  return rows.map((row): StepWork => ({ ...row, options: toOptions(row.options) }))
}

export type CommandIntent = {
  step: StepWork
  owner: Owner
  command: Command | 'ClearLog'
  /** Commands that this step has sent before: 0 for its first. */
  sentBefore: number
  /** It completes what an earlier command began, and stopping half-way would leave the node off: nothing that came meanwhile holds it up. */
  completes: boolean
  before: PowerState | null
  /** Kept until the step ends, so that a conductor that starts anew can still tell what changed. */
  baseline: Record<string, unknown>
  /** Control commands that one node may get in a minute. */
  perMinute: number
  /** Who may ask for this. */
  roles: readonly Role[]
  audit: AuditEntry
}

export type IntentAnswer = 'committed' | 'not-ours' | 'stopped' | 'protected' | 'rate-limit'

/**
 * Commits that a command is about to be sent, with its audit row, in one transaction, and only while the caller owns the node,
 * nobody else moved the step, the operation was not stopped and who asked still may. After `committed` the packet may leave, once; after
 * anything else (a throw included) it must not.
 */
export async function beginCommand(db: Database, intent: CommandIntent): Promise<IntentAnswer> {
  return inTransaction(db, async (client) => {
    await client.query(`SET LOCAL lock_timeout = '3s'; SET LOCAL statement_timeout = '5s'`)
    const refusal = (await lockOperation(client, intent)) ?? (await lockNode(client, intent))
    if (refusal !== null) return refusal
    const { rowCount } = await client.query(
      `UPDATE "Step" SET state = 'sending', before = coalesce(before, $4::text), commands = commands || $5::text, "sentAt" = now(), "updatedAt" = now()
      WHERE id = $1 AND state = ANY($2) AND cardinality(commands) = $3`,
      [intent.step.id, intent.sentBefore === 0 ? ['queued'] : ['sending', 'sent'], intent.sentBefore, intent.before, intent.command],
    )
    if (rowCount !== 1) return 'not-ours'
    await saveBaseline(client, intent.step, intent.baseline)
    await appendAudit(client, intent.audit)
    return 'committed'
  })
}

/** Nothing begins after an abort was committed, nor after who asked lost the right. What is half done is done to its end. */
async function lockOperation(client: PoolClient, { step, completes, roles }: CommandIntent): Promise<IntentAnswer | null> {
  const { rows } = await client.query<{ stopped: boolean; may: boolean }>(
    `SELECT "stoppedAt" IS NOT NULL AS stopped, operation_may("byKind", "byId", $2) AS may FROM "Operation" WHERE id = $1 FOR SHARE`,
    [step.operationId, roles],
  )
  const operation = rows[0]
  if (operation === undefined) return 'not-ours'
  return !completes && (operation.stopped || !operation.may) ? 'stopped' : null
}

/** Holds the node's row to the end of the transaction: neither its owner nor its protection can change before the commit. */
async function lockNode(client: PoolClient, { step, owner, perMinute, completes }: CommandIntent): Promise<IntentAnswer | null> {
  const { rows } = await client.query<{ protected: boolean; recent: number }>(
    `SELECT n.protected, (SELECT coalesce(sum(cardinality(s.commands)), 0)::int FROM "Step" s
      WHERE s."nodeId" = n.id AND s."sentAt" > now() - interval '1 minute') AS recent
    FROM "Node" n WHERE n.id = $1 AND n."ownerId" = $2 AND n."ownerEpoch" = $3 FOR SHARE`,
    [step.nodeId, owner.conductorId, owner.epoch],
  )
  const node = rows[0]
  if (node === undefined) return 'not-ours'
  if (step.kind !== 'power' || completes) return null
  if (node.protected) return 'protected'
  return node.recent >= perMinute ? 'rate-limit' : null
}

const baselineFacet = 'before-step'

async function saveBaseline(client: PoolClient | Database['pool'], step: StepWork, data: Record<string, unknown>): Promise<void> {
  await client.query(
    `INSERT INTO "Snapshot" ("nodeId", facet, "takenAt", data) VALUES ($1, $2, now(), $3)
    ON CONFLICT ("nodeId", facet) DO UPDATE SET "takenAt" = excluded."takenAt", data = excluded.data`,
    [step.nodeId, baselineFacet, JSON.stringify({ ...data, stepId: step.id })],
  )
}

/** Writes what was seen since, e.g. that the node went off. */
export async function updateBaseline(db: Database, step: StepWork, data: Record<string, unknown>): Promise<void> {
  await saveBaseline(db.pool, step, data)
}

/** What `beginCommand` kept for this step, or null when the newest is another step's. */
export async function readBaseline(db: Database, step: StepWork): Promise<Record<string, unknown> | null> {
  const { rows } = await db.pool.query<{ data: Record<string, unknown> }>(
    `SELECT data FROM "Snapshot" WHERE "nodeId" = $1 AND facet = $2 AND data ->> 'stepId' = $3`,
    [step.nodeId, baselineFacet, step.id],
  )
  return rows[0]?.data ?? null
}

/** The BMC has answered (or its reply is lost): from here on the state is read back. */
export async function markSent(db: Database, stepId: string): Promise<void> {
  await db.pool.query(`UPDATE "Step" SET state = 'sent', "updatedAt" = now() WHERE id = $1 AND state = 'sending'`, [stepId])
}

export type StepOutcome = {
  state: Exclude<StepState, 'queued' | 'sending' | 'sent'>
  before: PowerState | null
  after: PowerState | null
  afterAt: Date | null
  evidence: string | null
  error: { code: string; message: string } | null
}

/**
 * Ends a step, with its audit row and the end of its operation when it was the last, in one transaction. `audit` is null only when the
 * audit itself is why nothing was sent. False when the step had moved meanwhile.
 */
export async function finishStep(db: Database, step: StepWork, outcome: StepOutcome, audit: AuditEntry | null): Promise<boolean> {
  return inTransaction(db, async (client) => {
    await client.query(`SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = '10s'`)
    // Two conductors that end the last two steps at once would each see the other's as running: the operation's row puts them in line.
    await client.query('SELECT 1 FROM "Operation" WHERE id = $1 FOR UPDATE', [step.operationId])
    const { rowCount } = await client.query(
      `UPDATE "Step" SET state = $2, before = coalesce(before, $3), after = $4, "afterAt" = $5, evidence = $6, error = $7, "updatedAt" = now(), "endedAt" = now()
      WHERE id = $1 AND state = ANY($8)`,
      [
        step.id,
        outcome.state,
        outcome.before,
        outcome.after,
        outcome.afterAt,
        outcome.evidence,
        outcome.error === null ? null : JSON.stringify(outcome.error),
        audit === null ? ['queued'] : ['queued', 'sending', 'sent'],
      ],
    )
    if (rowCount !== 1) return false
    await finishOperations(client, [step.operationId])
    if (audit !== null) await appendAudit(client, audit)
    return true
  })
}
