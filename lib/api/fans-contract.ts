import * as z from 'zod/mini'
import { fanControl, fanReading, fanRefusal } from '#lib/domain/fan.ts'
import { fanConsent, fanPolicy, fanReason, fanState } from '#lib/domain/fan-policy.ts'
import { told } from '#lib/domain/reason.ts'
import { nodeName } from '#lib/domain/node.ts'
import { nodeRange } from './nodes-contract.ts'

/** What crosses HTTP about the fans of nodes. Of their speeds beside temperatures the sensors tell. */

/** What somebody wants, and how it stands with that. `asserts`: how often something was sent since `heldSince`. */
export const fanStanding = z.object({
  policy: fanPolicy,
  consent: z.nullable(fanConsent),
  setBy: z.string(),
  setAt: z.iso.datetime(),
  /** The newest asking has been begun. */
  isBegun: z.boolean(),
  state: fanState,
  reason: z.nullable(fanReason),
  stateAt: z.iso.datetime(),
  holding: z.boolean(),
  heldSince: z.nullable(z.iso.datetime()),
  duties: z.nullable(z.record(z.string(), z.number())),
  assertedAt: z.nullable(z.iso.datetime()),
  asserts: z.number(),
})
export type FanStandingAnswer = z.infer<typeof fanStanding>

/** `control` is null where the BMC takes nothing for its fans, `why` says it, and `told` so that a page can say it in the reader's language. `standing` is null where nobody ever asked. */
export const fansAnswer = z.object({
  control: z.nullable(fanControl),
  why: z.nullable(z.string()),
  told: z.nullable(z.object(told)),
  refusal: z.nullable(fanRefusal),
  reading: z.nullable(fanReading),
  standing: z.nullable(fanStanding),
})
export type FansAnswer = z.infer<typeof fansAnswer>

/** `consent`: the id of the unverified profile that an administrator turns on for this node, having read what it sends. */
export const fansChange = z.strictObject({ policy: fanPolicy, consent: z.optional(z.string().check(z.minLength(1), z.maxLength(100))) })
export type FansChange = z.infer<typeof fansChange>

/** For many nodes: the BMC steers again, or one of its modes. A duty or a curve is for the sensors of one node. */
export const fansForMany = z
  .strictObject({
    names: z.optional(z.array(nodeName).check(z.minLength(1), z.maxLength(10_000))),
    range: z.optional(nodeRange),
    policy: z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('automatic') }), z.strictObject({ kind: z.literal('mode'), mode: z.string().check(z.minLength(1), z.maxLength(64)) })]),
  })
  .check(z.refine(({ names, range }) => (names === undefined) !== (range === undefined), 'say which nodes, by names or by range'))
export type FansForMany = z.infer<typeof fansForMany>

/** `refused`: nodes whose BMC does not take it, or that are protected, and why; the others were asked. */
export const fansForManyAnswer = z.object({ asked: z.array(z.string()), refused: z.array(z.object({ node: z.string(), code: z.string(), message: z.string() })) })
export type FansForManyAnswer = z.infer<typeof fansForManyAnswer>
