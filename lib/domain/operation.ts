import * as z from 'zod/mini'
import { operationLimits } from './operation-limits.ts'
import { powerState, resetType } from './power.ts'

export const operationKind = z.enum(['power', 'indicator', 'log-clear'])
export type OperationKind = z.infer<typeof operationKind>

export const operationState = z.enum(['running', 'succeeded', 'failed', 'aborted'])
export type OperationState = z.infer<typeof operationState>

/**
 * A step's way (design §1). `sending` is committed before the packet leaves; whoever finds a step in `sending` only reads.
 * `failed` is an answer that says no (or a BMC that could not be spoken to before anything was sent).
 */
export const stepState = z.enum(['queued', 'sending', 'sent', 'verified', 'not-applied', 'unknown', 'failed', 'aborted'])
export type StepState = z.infer<typeof stepState>

/** Why a step ended as it did: a code for the page's words, and the sentence with the address for everyone else. */
export const stepError = z.object({ code: z.string(), message: z.string() })

export const step = z.object({
  node: z.string(),
  /** Its place in the order of the operation, from 0. */
  position: z.number(),
  state: stepState,
  /** The batch with which it was released; null while it waits for its turn. */
  batch: z.nullable(z.number()),
  /** The operation that must be done with the node first, while it is. */
  waitsFor: z.nullable(z.string()),
  before: z.nullable(powerState),
  after: z.nullable(powerState),
  afterAt: z.nullable(z.iso.datetime()),
  endedAt: z.nullable(z.iso.datetime()),
  evidence: z.optional(z.string()),
  commands: z.array(z.string()),
  error: z.optional(stepError),
})
export type Step = z.infer<typeof step>

/** What can be asked of a set of nodes: power takes a reset type, indicator takes on or off. */
export const controlKind = z.enum(['power', 'indicator'])
export type ControlKind = z.infer<typeof controlKind>
export const controlAction = z.union([resetType, z.enum(['IndicatorOn', 'IndicatorOff'])])
export type ControlAction = z.infer<typeof controlAction>

/** What an operation asks. Clearing a log names one log of one node, and has a door of its own. */
export const operationAction = z.union([controlAction, z.literal('ClearLog')])
export type OperationAction = z.infer<typeof operationAction>

/** Steps by their state, a figure for each. */
export const stepCounts = z.record(stepState, z.number())
export type StepCounts = z.infer<typeof stepCounts>

/** Why nothing more of an operation begins: somebody aborted it, who asked may no longer, or no conductor was there for too long. */
export const stopReason = z.enum(['aborted', 'revoked', 'stalled'])
export type StopReason = z.infer<typeof stopReason>

/** An operation as a whole; its steps are read by the page, for there may be ten thousand. */
export const operation = z.object({
  id: z.string(),
  kind: operationKind,
  action: operationAction,
  state: operationState,
  by: z.string(),
  createdAt: z.iso.datetime(),
  finishedAt: z.nullable(z.iso.datetime()),
  /** The names of its nodes folded, `n[1-20]`; cut off with … where it is very long. */
  nodes: z.string(),
  counts: stepCounts,
  limits: operationLimits,
  /** The newest batch, from 1; null before the first. */
  batch: z.nullable(z.number()),
  /** While it pauses between two batches: when the next begins. */
  nextBatchAt: z.nullable(z.iso.datetime()),
  /** While it is held no step begins; those on their way go on. */
  held: z.nullable(z.object({ by: z.string(), at: z.iso.datetime() })),
  stopped: z.nullable(z.object({ reason: stopReason, by: z.nullable(z.string()), at: z.iso.datetime() })),
  /** The operation whose unsuccessful steps are asked for again here. */
  retryOf: z.nullable(z.string()),
})
export type Operation = z.infer<typeof operation>
