import * as z from 'zod/mini'
import { groupName } from '#lib/domain/node.ts'
import { powerTotal } from '#lib/domain/power-total-shape.ts'

/** What crosses HTTP about the power that sets of nodes draw. */

const named = z.extend(powerTotal, { name: z.string() })

export const powerTotals = z.object({ fleet: powerTotal, groups: z.array(named), racks: z.array(named) })
export type PowerTotals = z.infer<typeof powerTotals>

/** Of which total: of a group, of a rack, of a budget, else of the fleet. */
export const powerHistoryQuery = z
  .strictObject({
    group: z.optional(groupName),
    rack: z.optional(z.string().check(z.minLength(1), z.maxLength(64))),
    budget: z.optional(z.uuid()),
    hours: z._default(z.coerce.number().check(z.minimum(0.1), z.maximum(720)), 6),
  })
  .check(z.refine(({ group, rack, budget }) => [group, rack, budget].filter((one) => one !== undefined).length <= 1, 'a group, a rack or a budget, not several'))
export type PowerHistoryQuery = z.output<typeof powerHistoryQuery>

/** A point is [time in ms since 1970, watts, how many running nodes told nothing then]. A time that is missing is not known; it was not 0 W. */
export const powerHistory = z.object({ points: z.array(z.tuple([z.number(), z.number(), z.number()])) })
export type PowerHistory = z.infer<typeof powerHistory>
