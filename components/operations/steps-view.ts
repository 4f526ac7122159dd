import { toSearch } from '#lib/api/paths.ts'
import type { StepFilter } from '#lib/api/queries.ts'
import { stepState, type StepCounts, type StepState } from '#lib/domain/operation.ts'

/** Which steps the page of an operation shows, and the one that is opened; it stands in the address. */
export type StepsView = {
  /** Names or parts of names, as typed. */
  text: string
  states: readonly StepState[]
  batch: number | null
  /** As they are done, in place of what needs somebody first. */
  inOrder: boolean
  /** The step that is looked at, by its place. */
  open: number | null
}

const toNumber = (text: string | null, least: number) => (text !== null && /^\d{1,5}$/.test(text) && Number(text) >= least ? Number(text) : null)

/** Reads a view from the query of an address; what it does not know is ignored. Pure. */
export function toStepsView(search: URLSearchParams): StepsView {
  const asked = (search.get('state') ?? '').split(',')
  return {
    text: (search.get('q') ?? '').slice(0, 1000),
    states: stepState.options.filter((state) => asked.includes(state)),
    batch: toNumber(search.get('batch'), 1),
    inOrder: search.get('order') === 'position',
    open: toNumber(search.get('step'), 0),
  }
}

/** The query that says the same. Pure. */
export const toStepsQuery = ({ text, states, batch, inOrder, open }: StepsView) =>
  toSearch({ q: text, state: states.join(','), batch, order: inOrder ? 'position' : undefined, step: open })

/** What is asked of the interface for it. */
export const toStepFilter = ({ text, states, batch, inOrder }: StepsView): StepFilter => ({
  order: inOrder ? 'position' : 'interest',
  ...(text.trim() === '' ? {} : { q: text.trim() }),
  ...(states.length === 0 ? {} : { state: states.join(',') }),
  ...(batch === null ? {} : { batch }),
})

/** The states as people tell them apart, in the order of the page: what went well, what is on its way, what waits, and what did not go well. */
export const stateGroups = [
  { key: 'verified', states: ['verified'] },
  { key: 'moving', states: ['sending', 'sent'] },
  { key: 'queued', states: ['queued'] },
  { key: 'failed', states: ['failed'] },
  { key: 'not-applied', states: ['not-applied'] },
  { key: 'unknown', states: ['unknown'] },
  { key: 'aborted', states: ['aborted'] },
] as const satisfies readonly { key: string; states: readonly StepState[] }[]
export type StateGroup = (typeof stateGroups)[number]

export const countOf = (counts: StepCounts, states: readonly StepState[]) => states.reduce((sum, state) => sum + counts[state], 0)

/** Takes a group of states into what is shown, or out of it. Pure. */
export function toggleStates(shown: readonly StepState[], group: StateGroup): StepState[] {
  const states: readonly StepState[] = group.states
  if (states.every((state) => shown.includes(state))) return shown.filter((state) => !states.includes(state))
  return stepState.options.filter((state) => shown.includes(state) || states.includes(state))
}
