import { step, stepState, toOptions, type Operation, type OperationState, type Step, type StepCounts, type StepState } from '#lib/domain/operation.ts'
import type { OperationLimits } from '#lib/domain/operation-limits.ts'
import { noSteps } from '#lib/domain/progress.ts'
import { progressOf, toProgressList } from './boot-progress.ts'
import { database } from './client.ts'
import { holdsNode, isBefore } from './release.ts'

type Row = Pick<Operation, 'id' | 'kind' | 'action' | 'by'> & {
  state: OperationState
  selection: string
  limits: OperationLimits
  options: unknown
  counts: Partial<StepCounts> | null
  batch: number | null
  nextBatchAt: Date | null
  createdAt: Date
  finishedAt: Date | null
  heldAt: Date | null
  heldBy: string | null
  stoppedAt: Date | null
  stopReason: NonNullable<Operation['stopped']>['reason'] | null
  stoppedBy: string | null
  retryOf: string | null
}

/** Of operations that run the steps are counted; of those that have ended the figures stand in their row. */
const columns = `o.id, o.kind, o.action, o.state, o.by, o.selection, o.limits, o.options, o.batch, coalesce(o.counts, c.counts) AS counts,
  CASE WHEN c.begun > 0 AND c.begun = c.ended AND c.begun < c.total
    THEN c."lastEndedAt" + make_interval(secs => (o.limits ->> 'pauseSeconds')::int) END AS "nextBatchAt",
  o."createdAt", o."finishedAt", o."heldAt", o."heldBy", o."stoppedAt", o."stopReason", o."stoppedBy", o."retryOfId" AS "retryOf"`

const counted = `LEFT JOIN LATERAL (
  SELECT jsonb_object_agg(g.state, g.n) AS counts, max(g."endedAt") AS "lastEndedAt",
    sum(g.n) AS total, sum(g.begun) AS begun, coalesce(sum(g.n) FILTER (WHERE g.state NOT IN ('queued', 'sending', 'sent')), 0) AS ended
  FROM (SELECT s.state, count(*) AS n, max(s."endedAt") AS "endedAt", count(s."releasedAt") AS begun
    FROM "Step" s WHERE s."operationId" = o.id AND o.counts IS NULL GROUP BY s.state) g) c ON true`

/** A list shows so much of the names; the steps have them all. */
const longestNodes = 500

const toOperation = (row: Row): Operation => ({
  id: row.id,
  kind: row.kind,
  action: row.action,
  state: row.state,
  by: row.by,
  createdAt: row.createdAt.toISOString(),
  finishedAt: row.finishedAt?.toISOString() ?? null,
  nodes: row.selection.length <= longestNodes ? row.selection : `${row.selection.slice(0, longestNodes)}…`,
  counts: { ...noSteps, ...row.counts },
  limits: row.limits,
  options: toOptions(row.options),
  batch: row.batch,
  nextBatchAt: row.nextBatchAt?.toISOString() ?? null,
  held: row.heldAt === null ? null : { by: row.heldBy ?? '', at: row.heldAt.toISOString() },
  stopped: row.stoppedAt === null ? null : { reason: row.stopReason ?? 'aborted', by: row.stoppedBy, at: row.stoppedAt.toISOString() },
  retryOf: row.retryOf,
})

export async function findOperation(id: string): Promise<Operation | null> {
  const { rows } = await database().pool.query<Row>(`SELECT ${columns} FROM "Operation" o ${counted} WHERE o.id = $1`, [id])
  return rows[0] === undefined ? null : toOperation(rows[0])
}

/** As Postgres writes a row as JSON: a time is a text. */
type StepRow = Omit<Step, 'evidence' | 'error' | 'stage' | 'reads' | 'progress'> & { progress: unknown; evidence: string | null; error: Step['error'] | null; stage: NonNullable<Step['stage']> | null; reads: NonNullable<Step['reads']> | null }

/** What was read by the link that a step made; `touched` has a bit for each equal part of the image. */
const reads = `(SELECT json_build_object('bytes', l."bytesServed", 'percent', bit_count(l.touched) * 100.0 / (8 * greatest(1, length(l.touched))), 'lastReadAt', l."lastReadAt",
    'bytesPerSecond', CASE WHEN l."lastReadAt" > now() - interval '15 seconds' THEN l."bytesPerSecond" ELSE 0 END)
  FROM "ImageLink" l WHERE l.id = s."linkId")`

/** Of a step that starts a host, and for a while after it: what is told of this start, not of one before. */
const progress = `CASE WHEN o.kind IN ('power', 'boot', 'install') AND s."sentAt" IS NOT NULL AND (s."endedAt" IS NULL OR s."endedAt" > now() - interval '15 minutes')
  THEN ${progressOf('s."nodeId"', `(e ->> 'at')::timestamptz >= s."sentAt"`)} END`

const stepColumns = `s."nodeName" AS node, s.position, s.state, s.batch, s.before, s.after, s."afterAt", s."endedAt", s.evidence, s.commands, s.error, s.stage, ${reads} AS reads, ${progress} AS progress,
  CASE WHEN s.state = 'queued' THEN (
    SELECT p.id FROM "Step" e JOIN "Operation" p ON p.id = e."operationId"
    WHERE e."nodeId" = s."nodeId" AND ${holdsNode} AND ${isBefore}
    ORDER BY p."auditSeq", p."createdAt", p.id LIMIT 1) END AS "waitsFor"`

const stepJson = `(SELECT row_to_json(y) FROM (SELECT ${stepColumns}) y)`

const toInstant = (text: string | null) => (text === null ? null : new Date(text).toISOString())

function toStep({ afterAt, endedAt, evidence, error, stage, reads, progress: stored, ...row }: StepRow): Step {
  const told = toProgressList(stored)
  return step.parse({
    ...row,
    afterAt: toInstant(afterAt),
    endedAt: toInstant(endedAt),
    ...(evidence === null ? {} : { evidence }),
    ...(error === null ? {} : { error }),
    ...(stage === null ? {} : { stage }),
    ...(reads === null ? {} : { reads: { ...reads, lastReadAt: toInstant(reads.lastReadAt) } }),
    ...(told.length === 0 ? {} : { progress: told }),
  })
}

export type OperationFilter = { kind?: string; state?: string; by?: string; node?: string; before?: { at: string; id: string }; limit: number }

/** Of each operation the step on the node of this name: who has the name now comes before who had it then. */
const stepsOnNode = (name: string) => `SELECT DISTINCT ON (t."operationId") t."operationId", t.id FROM "Step" t
  WHERE t."nodeName" = ${name} OR t."nodeId" = (SELECT n.id FROM "Node" n WHERE n.name = ${name})
  ORDER BY t."operationId", t."nodeId" = (SELECT n.id FROM "Node" n WHERE n.name = ${name}) DESC NULLS LAST`

/** A page of operations, newest first. With a node: those that have a step on it (by the name it had then, or has now), with that step. */
export async function listOperations({ kind, state, by, node, before, limit }: OperationFilter): Promise<(Operation & { step?: Step })[]> {
  const values: unknown[] = []
  const bind = (value: unknown) => `$${values.push(value)}`
  const ofNode = node === undefined ? '' : `JOIN (${stepsOnNode(bind(node))}) mine ON mine."operationId" = o.id JOIN "Step" s ON s.id = mine.id`
  const conditions = Object.entries({ kind, state, by }).flatMap(([name, value]) => (value === undefined ? [] : [`o.${name} = ${bind(value)}`]))
  if (before !== undefined) conditions.push(`(o."createdAt", o.id) < (${bind(before.at)}::timestamptz, ${bind(before.id)}::uuid)`)
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`
  const { rows } = await database().pool.query<Row & { step?: StepRow | null }>(
    `SELECT ${columns}${node === undefined ? '' : `, ${stepJson} AS step`}
    FROM "Operation" o ${ofNode} ${counted} ${where} ORDER BY o."createdAt" DESC, o.id DESC LIMIT ${bind(limit)}`,
    values,
  )
  return rows.map((row) => ({ ...toOperation(row), ...(row.step == null ? {} : { step: toStep(row.step) }) }))
}

const interest: readonly StepState[] = ['failed', 'not-applied', 'unknown', 'sending', 'sent', 'queued', 'aborted', 'verified']

export type StepFilter = {
  states?: readonly string[]
  node?: string
  batch?: number
  /** Whole names, and parts of names; a step with one of either fits. */
  named?: { names: readonly string[]; parts: readonly string[] }
  order: 'position' | 'interest'
  after?: { rank: number; position: number }
  offset?: number
  limit: number
}
export type StepPage = { steps: Step[]; next: { rank: number; position: number } | null; total: number }

const escapeLike = (text: string) => text.replace(/[\\%_]/g, '\\$&')

/** A page of an operation's steps, and how many there are on all pages. */
export async function listStepsOf(operationId: string, { states = stepState.options, node, batch, named, order, after, offset = 0, limit }: StepFilter): Promise<StepPage> {
  const { rank, position } = after ?? { rank: 0, position: -1 }
  const { rows } = await database().pool.query<{ total: number; page: { rank: number; step: StepRow }[] }>(
    `WITH fitting AS (
      SELECT t.id, t.position, CASE WHEN $2 = 'interest' THEN array_position($3::text[], t.state) ELSE 0 END AS rank FROM "Step" t
      WHERE t."operationId" = $1 AND t.state = ANY($4) AND ($8::text IS NULL OR t."nodeName" = $8) AND ($9::int IS NULL OR t.batch = $9)
        AND ($10::text[] IS NULL OR t."nodeName" = ANY($10) OR t."nodeName" LIKE ANY($11)))
    SELECT (SELECT count(*)::int FROM fitting) AS total, coalesce((
      SELECT json_agg(json_build_object('rank', x.rank, 'step', ${stepJson}) ORDER BY x.rank, x.position) FROM (
        SELECT * FROM fitting f WHERE (f.rank, f.position) > ($5::int, $6::int) ORDER BY f.rank, f.position LIMIT $7 OFFSET $12) x
      JOIN "Step" s ON s.id = x.id JOIN "Operation" o ON o.id = s."operationId"), '[]') AS page`,
    [
      operationId, order, interest, states, rank, position, limit, node ?? null, batch ?? null,
      named?.names ?? null, named?.parts.map((part) => `%${escapeLike(part)}%`) ?? null, offset,
    ],
  )
  const { total, page } = rows[0]!
  const last = page.length === limit ? page.at(-1) : undefined
  return { steps: page.map((row) => toStep(row.step)), next: last === undefined ? null : { rank: last.rank, position: last.step.position }, total }
}
