import type { OperationState, StepState } from './operation.ts'

/** Has this step come to its end? */
export const isFinal = (state: StepState) => !['queued', 'sending', 'sent'].includes(state)

/** An operation runs while a step does; it succeeded only if every step was verified. */
export function toOperationState(states: readonly StepState[]): OperationState {
  if (states.some((state) => !isFinal(state))) return 'running'
  if (states.every((state) => state === 'verified')) return 'succeeded'
  return states.every((state) => state === 'aborted') ? 'aborted' : 'failed'
}
