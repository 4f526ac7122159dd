import type { OperationNodes } from '#lib/domain/operation-detail.ts'
import type { StepCounts } from '#lib/domain/operation.ts'

/** Ends of a step that can be asked for again, the harmless ones first. */
export const retryStates = ['failed', 'not-applied', 'unknown', 'aborted'] as const
export type RetryState = (typeof retryStates)[number]

/** What «retry the failed» means: of these nothing happened, as far as anybody knows. */
export const failedStates: readonly RetryState[] = ['failed', 'not-applied']

/** How many nodes of these states are left to ask for: those that were asked for again already are not, nor those that are gone. Pure. */
export const toLeft = (groups: OperationNodes['states'], chosen: readonly RetryState[]) =>
  groups.filter(({ state }) => chosen.some((one) => one === state)).reduce((sum, { count, again, gone }) => sum + Math.max(0, count - again - gone), 0)

export const countStates = (counts: StepCounts, states: readonly RetryState[]) => states.reduce((sum, state) => sum + counts[state], 0)
