import * as z from 'zod/mini'

/**
 * What a set of nodes draws, with how much of it is known. `watts` is the sum of what the `told` have told and that is not stale, so it is a
 * lower bound while somebody is `silent`. `off`: is off and tells nothing. `oldestAt`: of the readings in the sum. `capWatts`: the sum of the
 * power caps that `capped` nodes tell.
 */
export const powerTotal = z.object({
  nodes: z.number(),
  watts: z.number(),
  told: z.number(),
  silent: z.number(),
  off: z.number(),
  oldestAt: z.nullable(z.iso.datetime()),
  capWatts: z.number(),
  capped: z.number(),
})
export type PowerTotal = z.infer<typeof powerTotal>
