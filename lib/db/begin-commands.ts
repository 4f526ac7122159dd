import type { PoolClient } from 'pg'
import type { AuditEntry } from '#lib/domain/audit.ts'
import type { StepStage } from '#lib/domain/install.ts'
import { shieldedKinds } from '#lib/domain/operation-actions.ts'
import type { Command, MediaCommand } from '#lib/domain/operation.ts'
import { rolesByKind } from '#lib/domain/permission.ts'
import type { PowerState } from '#lib/domain/power.ts'
import { appendAudits } from './audit.ts'
import { inTransaction, type Database } from './client.ts'
import { toJsonText } from './json-text.ts'
import { keepBaselines, type Owner, type StepWork } from './steps.ts'

export type CommandIntent = {
  step: StepWork
  owner: Owner
  command: Command | MediaCommand | 'ClearLog'
  /** Commands that this step has sent before: 0 for its first. */
  sentBefore: number
  /** It completes what an earlier command began, and stopping half-way would leave the node off: nothing that came meanwhile holds it up. */
  completes: boolean
  before: PowerState | null
  /** Kept until the step ends, so that a conductor that starts anew can still tell what changed. */
  baseline: Record<string, unknown> | null
  /** Of a step that has stages: the one that this command belongs to, and what it must know to go on. */
  stage?: { name: StepStage; memo: Record<string, unknown> }
  /** Control commands that one node may get in a minute. */
  perMinute: number
  audit: AuditEntry
}

export type IntentAnswer = 'committed' | 'not-ours' | 'stopped' | 'protected' | 'rate-limit'

/**
 * Commits that commands are about to be sent, each with its audit row, in one transaction: the chain and the disk are waited for once. One
 * is committed only while the caller owns the node, nobody else moved the step, the operation was not stopped and who asked still may.
 * After `committed` its packet may leave, once; after anything else (a throw included) it must not. Answers come in the order of the intents.
 */
export async function beginCommands(db: Database, intents: readonly CommandIntent[]): Promise<IntentAnswer[]> {
  return inTransaction(db, async (client) => {
    await client.query(`SET LOCAL lock_timeout = '3s'; SET LOCAL statement_timeout = '5s'`)
    const operations = await lockOperations(client, intents)
    const nodes = await lockNodes(client, intents)
    const refusals = intents.map((intent) => toRefusal(intent, operations.get(intent.step.operationId), nodes.get(intent.step.nodeId)))
    const open = intents.filter((_, i) => refusals[i] === null)
    const moved = await moveSteps(client, open)
    const begun = open.filter(({ step }) => moved.has(step.id))
    if (begun.length > 0) {
      const baselines = begun.flatMap(({ step, baseline }) => (baseline === null ? [] : [{ step, data: baseline }]))
      if (baselines.length > 0) await keepBaselines(client, baselines)
      await appendAudits(client, begun.map(({ audit }) => audit))
    }
    return intents.map(({ step }, i) => refusals[i] ?? (moved.has(step.id) ? 'committed' : 'not-ours'))
  })
}

type OperationNow = { id: string; stopped: boolean; may: boolean }

/** An abort waits for these rows, and what begins after it was committed sees it. */
async function lockOperations(client: PoolClient, intents: readonly CommandIntent[]): Promise<Map<string, OperationNow>> {
  const { rows } = await client.query<OperationNow>(
    `SELECT o.id, o."stoppedAt" IS NOT NULL AS stopped,
      operation_may(o."byKind", o."byId", ARRAY(SELECT jsonb_array_elements_text($2::jsonb -> o.kind))) AS may
    FROM "Operation" o WHERE o.id = ANY($1) ORDER BY o.id FOR SHARE`,
    [[...new Set(intents.map(({ step }) => step.operationId))], JSON.stringify(rolesByKind)],
  )
  return new Map(rows.map((row) => [row.id, row]))
}

type NodeNow = { id: string; ownerId: string | null; epoch: number; protected: boolean; recent: number }

/** Holds the nodes' rows to the end of the transaction: neither an owner nor a protection can change before the commit. */
async function lockNodes(client: PoolClient, intents: readonly CommandIntent[]): Promise<Map<string, NodeNow>> {
  const { rows } = await client.query<NodeNow>(
    `SELECT n.id, n."ownerId", n."ownerEpoch" AS epoch, n.protected, (SELECT coalesce(sum(cardinality(s.commands)), 0)::int FROM "Step" s
      WHERE s."nodeId" = n.id AND s."sentAt" > now() - interval '1 minute') AS recent
    FROM "Node" n WHERE n.id = ANY($1) ORDER BY n.id FOR SHARE`,
    [intents.map(({ step }) => step.nodeId)],
  )
  return new Map(rows.map((row) => [row.id, row]))
}

function toRefusal({ step, owner, completes, perMinute }: CommandIntent, operation?: OperationNow, node?: NodeNow): IntentAnswer | null {
  if (operation === undefined || node === undefined || node.ownerId !== owner.conductorId || node.epoch !== owner.epoch) return 'not-ours'
  if (completes) return null
  if (operation.stopped || !operation.may) return 'stopped'
  if (!shieldedKinds.includes(step.kind)) return null
  if (node.protected) return 'protected'
  return node.recent >= perMinute ? 'rate-limit' : null
}

/** Gives the ids of the steps that nobody else has moved. */
async function moveSteps(client: PoolClient, intents: readonly CommandIntent[]): Promise<Set<string>> {
  const moves = intents.map(({ step, command, sentBefore, before, stage }) => ({ id: step.id, command, sentBefore, before, stage: stage?.name, memo: stage?.memo }))
  const { rows } = await client.query<{ id: string }>(
    `UPDATE "Step" s SET state = 'sending', before = coalesce(s.before, m.before), commands = s.commands || m.command, "sentAt" = now(), "updatedAt" = now(),
      stage = coalesce(m.stage, s.stage), memo = coalesce(m.memo, s.memo)
    FROM jsonb_to_recordset($1) AS m(id uuid, command text, "sentBefore" int, before text, stage text, memo jsonb)
    WHERE s.id = m.id AND s."releasedAt" IS NOT NULL AND cardinality(s.commands) = m."sentBefore"
      AND (s.state = 'queued') = (m."sentBefore" = 0) AND s.state IN ('queued', 'sending', 'sent') RETURNING s.id`,
    [toJsonText(moves)],
  )
  return new Set(rows.map((row) => row.id))
}
