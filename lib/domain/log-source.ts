import * as z from 'zod/mini'

/** The source of what Baseboard found out by itself, beside the logs of the BMC. */
export const ourSource = 'Baseboard'

/**
 * One log of a BMC as its last reading found it. While it is not complete the next readings go on with it. `failure` says why it could
 * not be read. `clearedAt` is when we last found that it had been cleared.
 */
export const logSource = z.object({
  name: z.string(),
  canClear: z.boolean(),
  isComplete: z.boolean(),
  failure: z.nullable(z.string()),
  clearedAt: z.nullable(z.iso.datetime()),
})
export type LogSource = z.infer<typeof logSource>
