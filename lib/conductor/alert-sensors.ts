import { findBeyond, listSensorTimes } from '#lib/db/alert-sensors.ts'
import type { Database } from '#lib/db/client.ts'
import type { AlertRule, SensorCondition } from '#lib/domain/alert-rule.ts'
import type { SensorNews } from '#lib/domain/alert-sight.ts'

export type SensorRule = { id: string; condition: SensorCondition }

export const toSensorRules = (rules: readonly AlertRule[]): SensorRule[] =>
  rules.flatMap(({ id, condition }) => (condition.kind === 'sensor' ? [{ id, condition }] : []))

/** What is new among the sensors, by rule and node. `keep` is called once what came of it is written: until then it is new again at the next look. */
export type SensorReport = { of: (ruleId: string) => (nodeId: string) => SensorNews | undefined; keep: () => void }

const keyOf = ({ id, condition }: SensorRule) => `${id} ${JSON.stringify(condition)}`

/**
 * Remembers which readings were looked at, so that only those that came since are opened: a snapshot is 40 kB. A rule that is new, or was
 * changed, sees all of them once.
 */
export function createSensorMemory(db: Database): { read: (rules: readonly SensorRule[]) => Promise<SensorReport> } {
  let seen = new Map<string, string>()
  let known = new Set<string>()
  return {
    async read(rules) {
      const times = rules.length === 0 ? new Map<string, string>() : await listSensorTimes(db)
      const changed = new Set([...times].filter(([id, at]) => seen.get(id) !== at).map(([id]) => id))
      const [old, fresh] = [rules.filter((rule) => known.has(keyOf(rule))), rules.filter((rule) => !known.has(keyOf(rule)))]
      const found = new Map([
        ...(old.length === 0 ? [] : await findBeyond(db, old, [...changed])),
        ...(fresh.length === 0 ? [] : await findBeyond(db, fresh, [...times.keys()])),
      ])
      const isFresh = new Set(fresh.map(({ id }) => id))
      return {
        of: (ruleId) => (nodeId) => (times.has(nodeId) ? { isNew: isFresh.has(ruleId) || changed.has(nodeId), evidence: found.get(ruleId)?.get(nodeId) ?? null } : undefined),
        keep() {
          seen = times
          known = new Set(rules.map(keyOf))
        },
      }
    },
  }
}
