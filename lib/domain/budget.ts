import * as z from 'zod/mini'
import { powerTotal } from './power-total-shape.ts'

/** What is to be done to nodes when a budget is passed. `nodes` is a noderange; of several they come by name, one after the other. */
export const budgetAct = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('cap'), nodes: z.string().check(z.trim(), z.minLength(1), z.maxLength(2_000)), watts: z.int().check(z.minimum(1), z.maximum(100_000)) }),
  z.strictObject({
    do: z.literal('shutdown'),
    nodes: z.string().check(z.trim(), z.minLength(1), z.maxLength(2_000)),
    /** Null: a node that ignores the request stays on, and the next is asked. */
    forceAfterSeconds: z.nullable(z.int().check(z.minimum(30), z.maximum(3_600))),
  }),
])
export type BudgetAct = z.infer<typeof budgetAct>

/** What somebody sets of a budget. `range`: a group, a rack (`rack=7`), or any other noderange. `overSeconds`: so long it must be passed to count. */
export const budgetSettings = z.object({
  name: z.string().check(z.trim(), z.minLength(1), z.maxLength(100)),
  range: z.string().check(z.trim(), z.minLength(1), z.maxLength(2_000)),
  capWatts: z.int().check(z.minimum(1), z.maximum(100_000_000)),
  warnShare: z.number().check(z.minimum(0.5), z.maximum(0.95)),
  overSeconds: z.int().check(z.minimum(0), z.maximum(3_600)),
  acts: z.array(budgetAct).check(z.maxLength(50)),
})
export type BudgetSettings = z.infer<typeof budgetSettings>

/** `unknown`: what is told is below the warning, and somebody tells nothing. */
export const budgetLevel = z.enum(['unknown', 'ok', 'warning', 'over'])
export type BudgetLevel = z.infer<typeof budgetLevel>

/**
 * Why nothing is done although the budget is passed. `off`: it is not armed. `unknown`: only with what is not told would it be passed.
 * `waiting`: for the end of the last action, or for what the node draws after it. `exhausted`: everything in the list is done or cannot be.
 */
export const budgetHold = z.enum(['off', 'unknown', 'waiting', 'exhausted'])
export type BudgetHold = z.infer<typeof budgetHold>

/** What the last look at a budget left for the next. Times are milliseconds since 1970. A passage is one time that it is passed, from the first excess that counts until all is well. */
export const budgetState = z.object({
  lookedMs: z.number(),
  level: budgetLevel,
  sinceMs: z.number(),
  overSinceMs: z.nullable(z.number()),
  passage: z.int(),
  /** Since when it was armed as this was seen; null: it was not. */
  armedMs: z._default(z.nullable(z.number()), null),
  isPassed: z.boolean(),
  hold: z.nullable(budgetHold),
  total: powerTotal,
  /** At the rate of the last quarter of an hour it is full then; null where that cannot honestly be said. */
  fullMs: z.nullable(z.number()),
})
export type BudgetState = z.infer<typeof budgetState>

/** How an action stands: waiting for web to ask for it, asked for, refused, or no longer wanted before it was. */
export const budgetDeedState = z.enum(['due', 'asked', 'refused', 'lapsed'])
export type BudgetDeedState = z.infer<typeof budgetDeedState>

/** Something that a budget has decided to do to a node. `line` is its place in the list of acts. */
export type BudgetDeed = {
  passage: number
  line: number
  nodeId: string
  state: BudgetDeedState
  decidedMs: number
  /** Of its operation, or of its refusal; null while it goes on. */
  endedMs: number | null
}
