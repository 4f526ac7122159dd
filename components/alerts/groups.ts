import type { AlertAnswer } from '#lib/api/alerts-contract.ts'
import { nodesOf } from '#lib/domain/alert-nodes.ts'
import { byName } from '#lib/domain/natural-order.ts'

/** The alerts of one rule, as one line of the page. `since` is when the first of them began. */
export type AlertGroup = { rule: AlertAnswer['rule']; alerts: AlertAnswer[]; nodes: string[]; since: string; quiet: number }

/** What fires, by rule: those that tell somebody first, the worst of them in front, then the newest. */
export function toGroups(firing: readonly AlertAnswer[]): AlertGroup[] {
  const byRule = new Map<string, AlertAnswer[]>()
  for (const alert of firing) byRule.set(alert.rule.id, [...(byRule.get(alert.rule.id) ?? []), alert])
  const groups = [...byRule.values()].map((alerts): AlertGroup => {
    const sorted = alerts.toSorted((a, b) => byName(a.node ?? a.subject, b.node ?? b.subject))
    return {
      rule: alerts[0]!.rule,
      alerts: sorted,
      nodes: [...new Set(sorted.flatMap(nodesOf))],
      since: alerts.map(({ since }) => since).reduce((first, since) => (since < first ? since : first)),
      quiet: alerts.filter(({ quiet }) => quiet !== null).length,
    }
  })
  const rank = ({ rule, alerts, quiet }: AlertGroup) => (quiet === alerts.length ? 2 : rule.level === 'critical' ? 0 : 1)
  return groups.sort((a, b) => rank(a) - rank(b) || (a.since < b.since ? 1 : -1))
}
