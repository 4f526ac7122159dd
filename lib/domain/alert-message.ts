import * as z from 'zod/mini'
import { alertEvidence, type AlertTiming } from './alert.ts'
import { nodesOf } from './alert-nodes.ts'
import { alertLevel, type AlertRule } from './alert-rule.ts'
import { isFlapping } from './alert-step.ts'
import type { Telling } from './alert-telling.ts'
import { foldNames } from './fold-names.ts'

/** As many alerts as a message tells one by one. Its `nodes` and `range` name all. */
const mostAlerts = 200

/** What receivers are told, in figures and codes: each of them words it in its own language and shape. */
export const alertMessage = z.object({
  kind: z.enum(['firing', 'repeat', 'over', 'test']),
  rule: z.object({ id: z.string(), name: z.string(), level: alertLevel }),
  nodes: z.array(z.string()),
  /** The nodes folded: `n[1-300]`. Empty where it is about none. */
  range: z.string(),
  /** How many alerts; `alerts` has the first of them. */
  count: z.int(),
  alerts: z.array(z.object({ node: z.nullable(z.string()), since: z.iso.datetime(), isFlapping: z.boolean(), evidence: alertEvidence })),
})
export type AlertMessage = z.infer<typeof alertMessage>

export function toAlertMessage(rule: Pick<AlertRule, 'id' | 'name' | 'level'>, { kind, alerts }: Telling, nowMs: number, timing: AlertTiming): AlertMessage {
  const nodes = [...new Set(alerts.flatMap(nodesOf))]
  return {
    kind,
    rule: { id: rule.id, name: rule.name, level: rule.level },
    nodes,
    range: foldNames(nodes),
    count: alerts.length,
    alerts: alerts.slice(0, mostAlerts).map((alert) => ({
      node: alert.node,
      since: new Date(alert.sinceMs).toISOString(),
      isFlapping: isFlapping(alert, nowMs, timing),
      evidence: alert.evidence,
    })),
  }
}

/** What «Send a test message» sends. */
export const testMessage: AlertMessage = { kind: 'test', rule: { id: '', name: '', level: 'warning' }, nodes: [], range: '', count: 0, alerts: [] }
