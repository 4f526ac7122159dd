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
