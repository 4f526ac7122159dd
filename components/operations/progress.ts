import { isFinal } from '#lib/domain/progress.ts'
import type { Operation, Step, StepState } from '#lib/domain/operation.ts'

/** What of an operation is done, and how much of that did not end as asked. */
export function toCounts(steps: readonly Step[]): { total: number; done: number; verified: number; bad: number } {
  const done = steps.filter(({ state }) => isFinal(state))
  const verified = done.filter(({ state }) => state === 'verified').length
  return { total: steps.length, done: done.length, verified, bad: done.length - verified }
}

const order: readonly StepState[] = ['failed', 'not-applied', 'unknown', 'sending', 'sent', 'queued', 'aborted', 'verified']

/** What went wrong first, then what is on its way, then what waits, then what is done; within each as it was asked. */
export const byInterest = (steps: readonly Step[]): Step[] => [...steps].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state))

/** The names of an operation's nodes, as asked. */
export const namesOf = (operation: Pick<Operation, 'steps'>) => operation.steps.map(({ node }) => node)
