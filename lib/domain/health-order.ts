import type { Health, HealthLevel, HealthReason } from './health.ts'

const rank: Record<HealthLevel, number> = { critical: 3, warning: 2, unknown: 1, ok: 0 }

/** Orders levels from worst to best, for sorting trouble to the top. */
export const byWorst = (a: HealthLevel, b: HealthLevel) => rank[b] - rank[a]

/** Health is the worst of its reasons; with none it is ok. The worst reason comes first. */
export function toHealth(reasons: readonly HealthReason[]): Health {
  const sorted = [...reasons].sort((a, b) => byWorst(a.level, b.level))
  return { level: sorted[0]?.level ?? 'ok', reasons: sorted }
}
