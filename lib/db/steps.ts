import type { PoolClient } from 'pg'
import type { StepStage } from '#lib/domain/install.ts'
import { toOptions, type ActionOptions, type Command, type ControlAction, type ControlKind, type MediaAction, type MediaCommand, type RefreshAction } from '#lib/domain/operation.ts'
import type { PowerState } from '#lib/domain/power.ts'
import type { Database } from './client.ts'
import { toJsonText } from './json-text.ts'

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

/** A step that brings an image in or takes it out; where it stands is `stage`, and `memo` what it must know to go on, as it was written. */
export type MediaStep = StepHead & { kind: 'media' | 'install'; action: MediaAction; commands: (Command | MediaCommand)[]; stage: StepStage | null; memo: unknown }

/** A step that sends something in the line of its node. */
export type CommandStep = ControlStep | LogClearStep

/** A step that only reads: it is `sent` while it does, and whoever finds it so reads again. */
export type RefreshStep = StepHead & { kind: 'refresh'; action: RefreshAction; commands: [] }

/** A step that is not finished, with what its operation asks and who asked. */
export type StepWork = CommandStep | MediaStep | RefreshStep

/** The owner that a write is valid for: it changes nothing once the node has another. */
export type Owner = { conductorId: string; epoch: number }

/** Steps of the nodes that a conductor owns which were released and have not ended, in the order in which they were asked. */
export async function listSteps(db: Database, conductorId: string): Promise<StepWork[]> {
  const { rows } = await db.pool.query<StepWork>(
    `SELECT s.id, s."operationId", s."nodeId", s."nodeName", s.state, s.before, s.commands, s."sentAt",
      s.stage, s.memo, o.kind, o.action, o.options, o.by, o."byKind" AS "actorKind", o.ip, o."requestId",
      s."releasedAt" + make_interval(secs => o."deadlineSeconds") AS "deadlineAt"
    FROM "Step" s JOIN "Operation" o ON o.id = s."operationId" JOIN "Node" n ON n.id = s."nodeId"
    WHERE o.state = 'running' AND n."ownerId" = $1 AND s.state IN ('queued', 'sending', 'sent') AND s."releasedAt" IS NOT NULL
    ORDER BY o."auditSeq", o."createdAt", o.id, s.position`,
    [conductorId],
  )
  return rows.map((row): StepWork => ({ ...row, options: toOptions(row.options) }))
}

const baselineFacet = 'before-step'

/** Writes what was read before a command and seen since, e.g. that the node went off. Of a node there is one at a time. */
export async function keepBaselines(writer: Pick<Database['pool'] | PoolClient, 'query'>, baselines: readonly { step: StepWork; data: Record<string, unknown> }[]): Promise<void> {
  const rows = baselines.map(({ step, data }) => ({ nodeId: step.nodeId, data: { ...data, stepId: step.id } }))
  await writer.query(
    `INSERT INTO "Snapshot" ("nodeId", facet, "takenAt", data)
    SELECT b."nodeId", $2, now(), b.data FROM jsonb_to_recordset($1) AS b("nodeId" uuid, data jsonb)
    ON CONFLICT ("nodeId", facet) DO UPDATE SET "takenAt" = excluded."takenAt", data = excluded.data`,
    [toJsonText(rows), baselineFacet],
  )
}

/** What was kept for this step, or null when the newest is another step's. */
export async function readBaseline(db: Database, step: StepWork): Promise<Record<string, unknown> | null> {
  const { rows } = await db.pool.query<{ data: Record<string, unknown> }>(
    `SELECT data FROM "Snapshot" WHERE "nodeId" = $1 AND facet = $2 AND data ->> 'stepId' = $3`,
    [step.nodeId, baselineFacet, step.id],
  )
  return rows[0]?.data ?? null
}
