import type { OperationState, StepCounts, StepState } from './operation.ts'

/** Has this step come to its end? */
export const isFinal = (state: StepState) => !['queued', 'sending', 'sent'].includes(state)

/** No step of any state. */
export const noSteps: StepCounts = { queued: 0, sending: 0, sent: 0, verified: 0, 'not-applied': 0, unknown: 0, failed: 0, aborted: 0 }

/** How many steps there are, how many have ended, and how many of those did not end as asked. */
export function toProgress(counts: StepCounts): { total: number; done: number; verified: number; bad: number } {
  const entries = Object.entries(counts) as [StepState, number][]
  const sum = (of: readonly [StepState, number][]) => of.reduce((total, [, n]) => total + n, 0)
  const done = sum(entries.filter(([state]) => isFinal(state)))
  return { total: sum(entries), done, verified: counts.verified, bad: done - counts.verified }
}

/** An operation runs while a step does; it succeeded only if every step was verified. One that was stopped before its end was aborted. */
export function toOperationState(counts: StepCounts, isStopped: boolean): OperationState {
  const { total, done, verified } = toProgress(counts)
  if (done < total) return 'running'
  if (verified === total) return 'succeeded'
  return counts.aborted === total || (isStopped && counts.aborted > 0) ? 'aborted' : 'failed'
}
