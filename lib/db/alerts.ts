import type { ClientBase } from 'pg'
import { alertEvidence, type Alert, type AlertEvidence } from '#lib/domain/alert.ts'
import type { AlertMessage } from '#lib/domain/alert-message.ts'
import type { EndedOperation } from '#lib/domain/alert-look.ts'
import type { OperationAction } from '#lib/domain/operation.ts'
import type { Database } from './client.ts'
import { toJsonText } from './json-text.ts'

/** The conductor's side of alerts: what the last look left, and what the next one writes, over the connection that has the duty. */
type Row = {
  ruleId: string
  subject: string
  node: string | null
  state: Alert['state']
  since: Date
  begins: Date[]
  told: Alert['told']
  toldAt: Date | null
  quiet: Alert['quiet']
  evidence: unknown
}

const toAlert = ({ subject, node, state, since, begins, told, toldAt, quiet }: Row, evidence: AlertEvidence): Alert => ({
  subject,
  node,
  state,
  sinceMs: since.getTime(),
  beginsMs: begins.map((at) => at.getTime()),
  told,
  toldMs: toldAt?.getTime() ?? null,
  quiet,
  evidence,
})

/** Every alert that is kept, by rule. One whose evidence is of another version is begun anew. */
export async function readAlerts(client: ClientBase): Promise<Map<string, Alert[]>> {
  const { rows } = await client.query<Row>(`SELECT "ruleId", subject, node, state, since, begins, told, "toldAt", quiet, evidence FROM "Alert"`)
  const byRule = new Map<string, Alert[]>()
  for (const row of rows) {
    const evidence = alertEvidence.safeParse(row.evidence)
    if (!evidence.success) continue
    const alerts = byRule.get(row.ruleId)
    if (alerts === undefined) byRule.set(row.ruleId, [toAlert(row, evidence.data)])
    else alerts.push(toAlert(row, evidence.data))
  }
  return byRule
}

/** When somebody last looked, by the setting; null for never. */
export async function readLookedAt(client: ClientBase): Promise<number | null> {
  const { rows } = await client.query<{ at: string | null }>(`SELECT value ->> 'lookedAt' AS at FROM "Setting" WHERE key = 'alerts'`)
  const ms = Date.parse(rows[0]?.at ?? '')
  return Number.isNaN(ms) ? null : ms
}

export async function writeLookedAt(client: ClientBase, nowMs: number): Promise<void> {
  await client.query(
    `INSERT INTO "Setting" (key, value, "updatedAt") VALUES ('alerts', $1, now()) ON CONFLICT (key) DO UPDATE SET value = excluded.value, "updatedAt" = now()`,
    [JSON.stringify({ lookedAt: new Date(nowMs).toISOString() })],
  )
}

/** Writes the alerts of a rule that have changed, and takes away those that are nothing any more. */
export async function writeAlerts(client: ClientBase, ruleId: string, changed: readonly Alert[], gone: readonly string[]): Promise<void> {
  if (gone.length > 0) await client.query('DELETE FROM "Alert" WHERE "ruleId" = $1 AND subject = ANY($2)', [ruleId, gone])
  if (changed.length === 0) return
  await client.query(
    `INSERT INTO "Alert" ("ruleId", subject, node, state, since, begins, told, "toldAt", quiet, evidence)
    SELECT $1, x.subject, x.node, x.state, to_timestamp(x."sinceMs" / 1000.0),
      ARRAY(SELECT to_timestamp(at::float8 / 1000.0) FROM jsonb_array_elements_text(x."beginsMs") AS b(at)),
      x.told, to_timestamp(x."toldMs" / 1000.0), x.quiet, x.evidence
    FROM jsonb_to_recordset($2::jsonb) AS x (subject text, node text, state text, "sinceMs" float8, "beginsMs" jsonb, told text, "toldMs" float8, quiet text, evidence jsonb)
    WHERE EXISTS (SELECT 1 FROM "AlertRule" WHERE id = $1)
    ON CONFLICT ("ruleId", subject) DO UPDATE SET (node, state, since, begins, told, "toldAt", quiet, evidence) =
      ROW (excluded.node, excluded.state, excluded.since, excluded.begins, excluded.told, excluded."toldAt", excluded.quiet, excluded.evidence)`,
    [ruleId, toJsonText(changed)],
  )
}

/** Puts a message into the line of each of these receivers that is (still) there. */
export async function queueMessage(client: ClientBase, receivers: readonly string[], message: AlertMessage): Promise<void> {
  await client.query(`INSERT INTO "AlertMessage" ("receiverId", kind, content) SELECT id, $2, $3 FROM "Receiver" WHERE id = ANY($1)`, [
    receivers,
    message.kind,
    toJsonText(message),
  ])
}

const isBad = `s.state <> 'verified' AND (s.state <> 'aborted' OR o."stopReason" IS DISTINCT FROM 'aborted')`

/** Operations that ended within the hour with a step that is not verified. What did not begin because a person stopped it is not in question. */
export async function readBadOperations(db: Database): Promise<EndedOperation[]> {
  type Ended = { id: string; action: OperationAction; by: string; endedAt: Date; failed: string[]; total: number }
  const { rows } = await db.pool.query<Ended>(
    `SELECT o.id, o.action, o.by, o."finishedAt" AS "endedAt", count(*)::int AS total,
      array_agg(s."nodeName" ORDER BY s.position) FILTER (WHERE ${isBad}) AS failed
    FROM "Operation" o JOIN "Step" s ON s."operationId" = o.id
    WHERE o."finishedAt" > now() - interval '1 hour' AND o.state <> 'succeeded' GROUP BY o.id HAVING bool_or(${isBad})`,
  )
  return rows.map(({ endedAt, ...row }) => ({ ...row, endedAtMs: endedAt.getTime() }))
}
