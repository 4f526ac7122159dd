import * as z from 'zod/mini'

/** `unknown` is what a stale or unreachable node shows: never green by default. */
export const healthLevel = z.enum(['ok', 'warning', 'critical', 'unknown'])
export type HealthLevel = z.infer<typeof healthLevel>

/**
 * Why a node is not well: a code that the pages put into words, the part it is about (in the BMC's own words),
 * and the figures that the sentence needs. `text` is the BMC's own sentence where it gave one.
 */
export const healthReason = z.object({
  level: z.enum(['warning', 'critical']),
  code: z.enum([
    'above-caution',
    'above-critical',
    'above-fatal',
    'below-caution',
    'below-critical',
    'below-fatal',
    'state',
    'reported',
  ]),
  part: z.string(),
  reading: z.optional(z.number()),
  limit: z.optional(z.number()),
  unit: z.optional(z.string()),
  text: z.optional(z.string()),
})
export type HealthReason = z.infer<typeof healthReason>

export const health = z.object({ level: healthLevel, reasons: z.array(healthReason) })
export type Health = z.infer<typeof health>

const rank: Record<HealthLevel, number> = { critical: 3, warning: 2, unknown: 1, ok: 0 }

/** Orders levels from worst to best, for sorting trouble to the top. */
export const byWorst = (a: HealthLevel, b: HealthLevel) => rank[b] - rank[a]

/** Health is the worst of its reasons; with none it is ok. The worst reason comes first. */
export function toHealth(reasons: readonly HealthReason[]): Health {
  const sorted = [...reasons].sort((a, b) => byWorst(a.level, b.level))
  return { level: sorted[0]?.level ?? 'ok', reasons: sorted }
}
