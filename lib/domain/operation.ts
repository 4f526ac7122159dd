import * as z from 'zod/mini'
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
  state: stepState,
  before: z.nullable(powerState),
  after: z.nullable(powerState),
  afterAt: z.nullable(z.iso.datetime()),
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

export const operation = z.object({
  id: z.string(),
  kind: operationKind,
  action: operationAction,
  state: operationState,
  by: z.string(),
  createdAt: z.iso.datetime(),
  finishedAt: z.nullable(z.iso.datetime()),
  steps: z.array(step),
})
export type Operation = z.infer<typeof operation>
