import * as z from 'zod/mini'
import { groupName, nodeName } from '#lib/domain/node.ts'
import { maxSelectionLength } from '#lib/domain/selection.ts'
import { attributeText, label, rackUnit } from './contract.ts'

/** What crosses HTTP about many nodes at once; what is said of one stands in `contract.ts`. */

/** A noderange as `lib/domain/selection.ts` tells it; a word is a whole name or a group. */
export const nodeRange = z.string().check(z.minLength(1), z.maxLength(maxSelectionLength))
export const nodeQuery = z.strictObject({ range: z.optional(nodeRange) })
/** `range`: the names folded, to be typed again. */
export const nodeNames = z.object({ names: z.array(z.string()), range: z.string(), unmatched: z.array(z.string()) })
export type NodeNames = z.infer<typeof nodeNames>

/** A group with how many nodes it has, folded. */
export const groupList = z.object({ groups: z.array(z.object({ name: z.string(), count: z.number(), range: z.string() })) })
export type GroupList = z.infer<typeof groupList>

const labels = z.optional(z.array(label).check(z.minLength(1), z.maxLength(64)))

/** One change for many nodes, by `names` or by `range`: what is not named stays, an attribute that is null goes. */
export const nodesPatch = z
  .strictObject({
    names: z.optional(z.array(nodeName).check(z.minLength(1), z.maxLength(10_000))),
    range: z.optional(nodeRange),
    addGroups: z.optional(z.array(groupName).check(z.minLength(1), z.maxLength(64))),
    removeGroups: labels,
    addTags: labels,
    removeTags: labels,
    rack: z.optional(z.nullable(label)),
    position: z.optional(z.nullable(rackUnit)),
    attributes: z.optional(z.record(label, z.nullable(attributeText))),
    protected: z.optional(z.boolean()),
  })
  .check(
    z.refine(({ names, range }) => (names === undefined) !== (range === undefined), 'say which nodes, by names or by range'),
    z.refine((given) => Object.keys(given).some((key) => key !== 'names' && key !== 'range'), 'names nothing to change'),
  )
export type NodesPatch = z.infer<typeof nodesPatch>
/** `unchanged`: nodes that were so already; of them the audit has no row. */
export const nodesPatched = z.object({ changed: z.array(z.string()), unchanged: z.array(z.string()) })
export type NodesPatched = z.infer<typeof nodesPatched>
