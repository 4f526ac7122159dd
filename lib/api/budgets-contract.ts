import * as z from 'zod/mini'
import { budgetAct, budgetDeedState, budgetHold, budgetLevel, budgetSettings } from '#lib/domain/budget.ts'
import { operationState } from '#lib/domain/operation.ts'
import { powerTotal } from '#lib/domain/power-total-shape.ts'

/** What crosses HTTP about budgets of power. */

const { name, range, capWatts, warnShare, overSeconds, acts } = budgetSettings.shape

export const budgetCreate = z.strictObject({ name, range, capWatts, warnShare: z._default(warnShare, 0.9), overSeconds: z._default(overSeconds, 30), acts: z._default(acts, []) })
export type BudgetCreate = z.output<typeof budgetCreate>

/** What is not named stays. Whoever changes the nodes, the cap, how long it must be passed or the acts disarms it. */
export const budgetPatch = z
  .strictObject({ name: z.optional(name), range: z.optional(range), capWatts: z.optional(capWatts), warnShare: z.optional(warnShare), overSeconds: z.optional(overSeconds), acts: z.optional(acts) })
  .check(z.refine((given) => Object.keys(given).length > 0, 'names nothing to change'))
export type BudgetPatch = z.output<typeof budgetPatch>

/** Its nodes as they stand in `range`, typed once more: a group's name, for a budget of a group. */
export const budgetArm = z.strictObject({ range: z.string() })

/** What the last look saw. `fullAt`: at the present rate; null where that cannot honestly be said. `hold`: why nothing is done although it is passed. */
const budgetNow = z.object({
  lookedAt: z.iso.datetime(),
  level: budgetLevel,
  since: z.iso.datetime(),
  overSince: z.nullable(z.iso.datetime()),
  /** Over for as long as it must be to count. */
  isPassed: z.boolean(),
  hold: z.nullable(budgetHold),
  total: powerTotal,
  fullAt: z.nullable(z.iso.datetime()),
})

export const budget = z.extend(budgetSettings, {
  id: z.string(),
  by: z.string(),
  /** In whose name it acts; null: it only tells. */
  armed: z.nullable(z.object({ by: z.string(), at: z.iso.datetime() })),
  now: z.nullable(budgetNow),
})
export type Budget = z.infer<typeof budget>
export const budgetList = z.object({ budgets: z.array(budget) })

/** What would be done if it were passed now, in order. `skip`: why not. */
const budgetPlanEntry = z.object({ line: z.int(), node: z.string(), act: budgetAct, skip: z.nullable(z.enum(['elsewhere', 'protected', 'off', 'untold', 'capped'])) })

/** `watts`: what the budget's nodes drew when it was decided. */
const budgetDeed = z.object({
  id: z.string(),
  node: z.string(),
  act: budgetAct,
  watts: z.number(),
  capWatts: z.number(),
  by: z.string(),
  state: budgetDeedState,
  problem: z.nullable(z.object({ code: z.string(), message: z.string() })),
  decidedAt: z.iso.datetime(),
  operation: z.nullable(z.string()),
  operationState: z.nullable(operationState),
})

/** `planned`: how many entries the plan has; it tells the first 500. */
export const budgetDetail = z.extend(budget, { plan: z.array(budgetPlanEntry), planned: z.int(), deeds: z.array(budgetDeed) })
export type BudgetDetail = z.infer<typeof budgetDetail>
