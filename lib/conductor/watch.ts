import { isDeepStrictEqual } from 'node:util'
import type { ClientBase } from 'pg'
import { listAlertRules } from '#lib/db/alert-rules.ts'
import { queueMessage, readAlerts, readBadOperations, readLookedAt, writeAlerts, writeLookedAt } from '#lib/db/alerts.ts'
import { readSigning } from '#lib/db/audit-signing.ts'
import { readBudgets } from '#lib/db/budgets.ts'
import type { Database } from '#lib/db/client.ts'
import { inDuty, type Duty } from '#lib/db/duty.ts'
import { listNodes } from '#lib/db/nodes.ts'
import { listSilences } from '#lib/db/silences.ts'
import type { Alert, AlertTiming, QuietReason } from '#lib/domain/alert.ts'
import { lookAt, type Seen, type WatchingRule } from '#lib/domain/alert-look.ts'
import { toAlertMessage } from '#lib/domain/alert-message.ts'
import type { Node } from '#lib/domain/node.ts'
import { toRangeMatcher } from '#lib/domain/selection.ts'
import type { Silence } from '#lib/domain/silence.ts'
import { createSensorMemory, toSensorRules, type SensorReport } from './alert-sensors.ts'

/** Looks at all rules once: alerts, the messages that they make and the time of the look are written together, over the duty's connection. */
export function createWatch(db: Database, timing: AlertTiming): { look: (duty: Duty) => Promise<void> } {
  const memory = createSensorMemory(db)

  async function see(rules: readonly WatchingRule[]): Promise<{ seen: Omit<Seen, 'isAfterGap' | 'sensors'>; sensors: SensorReport }> {
    const on = rules.filter(({ isOn }) => isOn)
    const kinds = new Set(on.map(({ condition }) => condition.kind))
    const sensors = await memory.read(toSensorRules(on))
    const isSiteOnly = kinds.size === 0 || (kinds.size === 1 && kinds.has('audit'))
    const nodes = isSiteOnly ? [] : await listNodes(db)
    const operations = kinds.has('operation') ? await readBadOperations(db) : []
    const budgets = kinds.has('budget') ? await readBudgets(db.pool) : []
    const { isLate, unsignedSince } = kinds.has('audit') ? await readSigning(db) : { isLate: false, unsignedSince: null }
    const nowMs = Date.now()
    const quietOf = toQuiet(isSiteOnly ? [] : await listSilences(db), nowMs)
    return { seen: { nowMs, nodes, quietOf, operations, budgets, audit: { isLate, waitingSince: unsignedSince } }, sensors }
  }

  async function write(client: ClientBase, rule: WatchingRule, before: readonly Alert[], seen: Seen): Promise<void> {
    if (!rule.isOn) return writeAlerts(client, rule.id, [], before.map(({ subject }) => subject))
    const { alerts, tellings } = lookAt(rule, before, seen, timing)
    const was = new Map(before.map((alert) => [alert.subject, alert]))
    const kept = new Set(alerts.map(({ subject }) => subject))
    const changed = alerts.filter((alert) => !isDeepStrictEqual(alert, was.get(alert.subject)))
    await writeAlerts(client, rule.id, changed, [...was.keys()].filter((subject) => !kept.has(subject)))
    for (const telling of tellings) await queueMessage(client, rule.receivers, toAlertMessage(rule, telling, seen.nowMs, timing))
  }

  return {
    async look(duty) {
      const rules = await listAlertRules(db)
      const { seen, sensors } = await see(rules)
      await inDuty(duty, async (client) => {
        const lookedMs = await readLookedAt(client)
        const isAfterGap = lookedMs !== null && (seen.nowMs - lookedMs > timing.gapMs || seen.nowMs < lookedMs)
        const known = await readAlerts(client)
        for (const rule of rules) await write(client, rule, known.get(rule.id) ?? [], { ...seen, isAfterGap, sensors: sensors.of(rule.id) })
        await writeLookedAt(client, seen.nowMs)
      })
      sensors.keep()
    },
  }
}

/** Why nobody is told of a node. What cannot be read of a silence silences nothing. */
function toQuiet(silences: readonly Silence[], nowMs: number): (node: Node) => QuietReason | null {
  const matchers = silences.map(({ range }) => toRangeMatcher(range, nowMs))
  return (node) => (node.maintenance !== undefined ? 'maintenance' : matchers.some((isIn) => isIn(node)) ? 'silence' : null)
}
