import { alertEvidence, alertTiming, type Alert, type AlertEvidence } from '#lib/domain/alert.ts'
import { isFlapping } from '#lib/domain/alert-step.ts'
import type { AlertLevel } from '#lib/domain/alert-rule.ts'
import { database } from './client.ts'

/** web's side of alerts. */
export type AlertRow = {
  rule: { id: string; name: string; level: AlertLevel }
  subject: string
  node: string | null
  state: Alert['state']
  since: string
  isTold: boolean
  quiet: Alert['quiet']
  isFlapping: boolean
  evidence: AlertEvidence
}

type Row = { ruleId: string; rule: string; level: AlertLevel; subject: string; node: string | null; state: Alert['state']; since: Date; begins: Date[]; told: Alert['told']; quiet: Alert['quiet']; evidence: unknown }

function toRows(rows: readonly Row[], nowMs: number): AlertRow[] {
  return rows.flatMap(({ ruleId, rule, level, since, begins, told, evidence, ...row }) => {
    const seen = alertEvidence.safeParse(evidence)
    if (!seen.success) return []
    const times = { sinceMs: since.getTime(), beginsMs: begins.map((at) => at.getTime()) }
    return [{ ...row, rule: { id: ruleId, name: rule, level }, since: since.toISOString(), isTold: told === 'firing', isFlapping: isFlapping(times, nowMs, alertTiming), evidence: seen.data }]
  })
}

const select = `SELECT a."ruleId", r.name AS rule, r.level, a.subject, a.node, a.state, a.since, a.begins, a.told, a.quiet, a.evidence
  FROM "Alert" a JOIN "AlertRule" r ON r.id = a."ruleId"`

/** What fires, the worst and newest first, and how much there is in all. */
export async function listFiring(limit: number): Promise<AlertRow[]> {
  const { rows } = await database().pool.query<Row>(`${select} WHERE a.state = 'firing' ORDER BY r.level = 'critical' DESC, a.since DESC, a.subject LIMIT $1`, [limit])
  return toRows(rows, Date.now())
}

/** What was over in the last day, the newest first. */
export async function listOver(limit: number): Promise<AlertRow[]> {
  const { rows } = await database().pool.query<Row>(`${select} WHERE a.state = 'over' AND a.since > now() - interval '1 day' ORDER BY a.since DESC, a.subject LIMIT $1`, [limit])
  return toRows(rows, Date.now())
}

export type AlertCounts = { firing: number; quiet: number; pending: number; level: AlertLevel | null }

export async function countAlerts(): Promise<AlertCounts> {
  const { rows } = await database().pool.query<{ firing: number; quiet: number; pending: number; critical: boolean }>(
    `SELECT count(*) FILTER (WHERE a.state = 'firing')::int AS firing, count(*) FILTER (WHERE a.state = 'firing' AND a.quiet IS NOT NULL)::int AS quiet,
      count(*) FILTER (WHERE a.state = 'pending')::int AS pending,
      coalesce(bool_or(r.level = 'critical') FILTER (WHERE a.state = 'firing' AND a.quiet IS NULL), false) AS critical
    FROM "Alert" a JOIN "AlertRule" r ON r.id = a."ruleId"`,
  )
  const { critical, ...counts } = rows[0]!
  return { ...counts, level: counts.firing === counts.quiet ? null : critical ? 'critical' : 'warning' }
}
