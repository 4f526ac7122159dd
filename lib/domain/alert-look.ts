import type { Alert, AlertEvidence, AlertTiming, QuietReason } from './alert.ts'
import { isEvent, secondsOf, type AlertRule } from './alert-rule.ts'
import { seeNode, type SensorNews } from './alert-sight.ts'
import { stepAlert, type Look, type Sight } from './alert-step.ts'
import { toTellings, type Telling } from './alert-telling.ts'
import type { BudgetState } from './budget.ts'
import type { Node } from './node.ts'
import type { OperationAction } from './operation.ts'
import { parseSelection, toMatcher, toRangeMatcher } from './selection.ts'

/** An operation that has ended, and the nodes on which it is not verified. */
export type EndedOperation = { id: string; action: OperationAction; by: string; endedAtMs: number; failed: string[]; total: number }

/** A budget of power, and how the last look at it found it; null when nobody has looked. */
export type SeenBudget = { id: string; name: string; range: string; capWatts: number; state: BudgetState | null }

/** All that a look at one rule needs to know. */
export type Seen = Look & {
  nodes: readonly Node[]
  quietOf: (node: Node) => QuietReason | null
  /** What the sensors of a node say to this rule; undefined when they were never read. */
  sensors: (nodeId: string) => SensorNews | undefined
  operations: readonly EndedOperation[]
  budgets: readonly SeenBudget[]
  audit: { isLate: boolean; waitingSince: string | null }
}

/** A rule, and since when it watches: operations that ended before are not its business. */
export type WatchingRule = AlertRule & { sinceMs: number }

/** An operation that did not end well stands on the page for an hour. */
const eventMs = 3_600_000

/** One look at one rule: its alerts from what they were, and what is to be told. */
export function lookAt(rule: WatchingRule, known: readonly Alert[], seen: Seen, timing: AlertTiming): { alerts: Alert[]; tellings: Telling[] } {
  const before = new Map(known.map((alert) => [alert.subject, alert]))
  const isIn = toMatcher(parseSelection(rule.range, { exact: true }), seen.nowMs)
  const inRange = seen.nodes.filter(isIn)
  const { sights, quiet } = seeAll(rule, inRange, before, seen)
  for (const { subject } of known) if (!sights.has(subject)) sights.set(subject, { subject, node: null, holds: false, evidence: null })
  const alerts: Alert[] = []
  for (const sight of sights.values()) {
    const after = stepAlert(before.get(sight.subject) ?? null, sight, secondsOf(rule.condition) * 1000, seen, timing)
    if (after !== null) alerts.push({ ...after, quiet: quiet(after) })
  }
  const telling = isEvent(rule.condition) ? { ...rule, tellsOver: false, repeatSeconds: null } : rule
  return toTellings(telling, alerts, seen.nowMs, timing)
}

type Sights = { sights: Map<string, Sight>; quiet: (alert: Alert) => QuietReason | null }

function seeAll(rule: WatchingRule, inRange: readonly Node[], before: ReadonlyMap<string, Alert>, seen: Seen): Sights {
  const sights = new Map<string, Sight>()
  if (rule.condition.kind === 'audit') {
    const { isLate, waitingSince } = seen.audit
    sights.set('audit', { subject: 'audit', node: null, holds: isLate, evidence: { kind: 'audit', waitingSince } })
    return { sights, quiet: () => null }
  }
  if (rule.condition.kind === 'operation') return seeOperations(rule, inRange, seen)
  if (rule.condition.kind === 'budget') return seeBudgets(rule.condition.level, inRange, seen)
  const byId = new Map(inRange.map((node) => [node.id, node]))
  for (const node of inRange) {
    const state = before.get(node.id)?.state
    const sight = seeNode(rule.condition, node, seen.nowMs, seen.sensors(node.id), state === 'pending' || state === 'firing')
    if (sight.holds === true || state !== undefined) sights.set(node.id, sight)
  }
  const quiet = ({ subject }: Alert) => {
    const node = byId.get(subject)
    return node === undefined ? null : seen.quietOf(node)
  }
  return { sights, quiet }
}

function seeOperations(rule: WatchingRule, inRange: readonly Node[], seen: Seen): Sights {
  const byName = new Map(inRange.map((node) => [node.name, node]))
  const sights = new Map<string, Sight>()
  for (const { id, action, by, endedAtMs, failed, total } of seen.operations) {
    const ours = failed.filter((name) => byName.has(name))
    if (ours.length === 0 || endedAtMs < rule.sinceMs || seen.nowMs - endedAtMs > eventMs) continue
    sights.set(id, { subject: id, node: null, holds: true, evidence: { kind: 'operation', id, action, by, failed: ours, total } })
  }
  const quiet = ({ evidence }: Alert) => {
    const nodes = evidence.kind === 'operation' ? evidence.failed.map((name) => byName.get(name)) : []
    const reasons = nodes.map((node) => (node === undefined ? null : seen.quietOf(node)))
    return reasons.every((reason) => reason !== null) ? (reasons[0] ?? null) : null
  }
  return { sights, quiet }
}

/** What was seen of a budget so long ago says nothing of now. */
const budgetStaleMs = 60_000

/** Budgets that have a node in the range. Nobody is told of one of which every node is quiet. */
function seeBudgets(least: 'warning' | 'over', inRange: readonly Node[], seen: Seen): Sights {
  const sights = new Map<string, Sight>()
  const members = new Map<string, (node: Node) => boolean>()
  for (const { id, name, range, capWatts, state } of seen.budgets) {
    const isIn = toRangeMatcher(range, seen.nowMs)
    if (!inRange.some(isIn)) continue
    members.set(id, isIn)
    const evidence: AlertEvidence | null = state && { kind: 'budget', name, level: state.total.watts > capWatts ? 'over' : 'warning', watts: Math.round(state.total.watts), capWatts, silent: state.total.silent }
    sights.set(id, { subject: id, node: null, holds: state === null || seen.nowMs - state.lookedMs > budgetStaleMs ? null : holdsBudget(least, state), evidence })
  }
  const quiet = ({ subject }: Alert) => {
    const reasons = seen.nodes.filter(members.get(subject) ?? (() => false)).map((node) => seen.quietOf(node))
    return reasons.every((reason) => reason !== null) ? (reasons[0] ?? null) : null
  }
  return { sights, quiet }
}

function holdsBudget(least: 'warning' | 'over', { level, isPassed }: BudgetState): boolean | null {
  if (level === 'unknown') return null
  return least === 'warning' ? level !== 'ok' : level === 'over' && isPassed
}
