import * as z from 'zod/mini'
import { byName } from './natural-order.ts'

/** How an operation goes through its nodes: in which order, how many at once, and with which pauses. */
const several = z.int().check(z.minimum(1), z.maximum(10_000))
const day = 86_400

export const stepOrder = z.enum(['asked', 'rack', 'group'])
export type StepOrder = z.infer<typeof stepOrder>

export const operationLimits = z
  .strictObject({
    /** Steps in a batch; without it a batch has all that the other limits let in. */
    atOnce: z.optional(several),
    /** At most so many steps of one rack in a batch. Nodes without a rack count as one rack. */
    perRack: z.optional(several),
    /** At most so many steps of one group in a batch. Nodes without a group count as one group. */
    perGroup: z.optional(several),
    /** From the end of the last step of a batch to the next batch. */
    pauseSeconds: z.optional(z.int().check(z.minimum(0), z.maximum(day))),
    /** As the nodes were asked for, by rack and position, or by group and name. */
    order: z.optional(stepOrder),
    /** From a step's release: what has not begun by then is not begun. What has is read back as long as its action takes. 300 when it is not said. */
    deadlineSeconds: z.optional(z.int().check(z.minimum(10), z.maximum(day))),
  })
  .check(
    z.refine((limits) => limits.pauseSeconds === undefined || hasBatches(limits), {
      path: ['pauseSeconds'],
      message: 'a pause needs batches: say atOnce, perRack or perGroup too',
    }),
  )
export type OperationLimits = z.infer<typeof operationLimits>

const hasBatches = (limits: { atOnce?: number; perRack?: number; perGroup?: number }) =>
  limits.atOnce !== undefined || limits.perRack !== undefined || limits.perGroup !== undefined

export const usualDeadlineSeconds = 300

/** Where a node stands, as far as order and limits care. */
export type Placed = { name: string; rack: string | null; position: number | null; groups: readonly string[] }

/** The nodes in the order in which they are to be done. Those without a rack or a group come last. */
export function inOrder<N extends Placed>(nodes: readonly N[], order: StepOrder = 'asked'): N[] {
  if (order === 'asked') return [...nodes]
  const compare = order === 'rack' ? byRack : byGroup
  return [...nodes].sort((a, b) => compare(a, b) || byName(a.name, b.name))
}

const byText = (a: string | null, b: string | null) => (a === b ? 0 : a === null ? 1 : b === null ? -1 : byName(a, b))
const byRack = (a: Placed, b: Placed) => byText(a.rack, b.rack) || (a.position ?? Infinity) - (b.position ?? Infinity) || 0
const byGroup = (a: Placed, b: Placed) => byText(firstGroup(a), firstGroup(b))
const firstGroup = ({ groups }: Placed) => [...groups].sort(byName)[0] ?? null

/** In what a node takes a place, of which there are only so many in a batch: `rack r1`, `group gpu`. */
export function toLanes(node: Placed, limits: OperationLimits): string[] {
  const racks = limits.perRack === undefined ? [] : [`rack ${node.rack ?? ''}`]
  const groups = limits.perGroup === undefined ? [] : node.groups.length === 0 ? ['group '] : node.groups.map((group) => `group ${group}`)
  return [...racks, ...groups]
}

/** How many of a lane there may be in a batch. */
export const placesOf = (lane: string, limits: OperationLimits) => (lane.startsWith('rack ') ? limits.perRack : limits.perGroup) ?? Infinity
