import * as z from 'zod/mini'
import { operation, stepCounts } from './operation.ts'

/** Steps that were released together. `endedAt`: when the last of them ended; null while one has not. */
export const batch = z.object({ number: z.number(), counts: stepCounts, releasedAt: z.iso.datetime(), endedAt: z.nullable(z.iso.datetime()) })
export type OperationBatch = z.infer<typeof batch>

/** A page shows so many of the newest batches. */
export const mostBatches = 100

/** An operation with what only its own page shows. */
export const operationDetail = z.extend(operation, {
  byKind: z.enum(['person', 'token']),
  /** Where it was asked from, and the request that asked. */
  ip: z.nullable(z.string()),
  requestId: z.nullable(z.string()),
  /** The newest of its batches, in order. */
  batches: z.array(batch),
  /** The operations in which steps of this one were asked for again, oldest first. */
  retries: z.array(z.object({ id: z.string(), by: z.string(), createdAt: z.iso.datetime(), nodes: z.string() })),
})
export type OperationDetail = z.infer<typeof operationDetail>

/**
 * The nodes of an operation by the state of their steps, folded, in the order of the states. `again`: how many of them were asked for again
 * already, and how many are no longer there; neither can be asked for (again).
 */
export const operationNodes = z.object({
  states: z.array(z.object({ state: z.string(), count: z.number(), range: z.string(), again: z.number(), gone: z.number() })),
})
export type OperationNodes = z.infer<typeof operationNodes>
