import * as z from 'zod/mini'

export const biosValue = z.union([z.string(), z.number(), z.boolean(), z.null()])
export type BiosValue = z.infer<typeof biosValue>

/**
 * One setting of the BIOS as the BMC tells it: its name, how its registry displays it, its value now, and the one that it takes at the next
 * start where that differs.
 */
export const biosAttribute = z.object({
  name: z.string(),
  displayName: z.optional(z.string()),
  value: biosValue,
  pending: z.optional(biosValue),
})
export type BiosAttribute = z.infer<typeof biosAttribute>

/** `partial`: the values are there, what is pending could not be read. `failed`: neither could. */
export const bios = z.object({
  state: z.enum(['read', 'partial', 'failed']),
  attributes: z.array(biosAttribute),
})
export type Bios = z.infer<typeof bios>
