import { expect, it } from 'vitest'
import type { BudgetSettings } from '#lib/domain/budget.ts'
import { emptyAct, emptyBudget, moveAct, problemsOfBudget, toBudget, toBudgetForm, toChanges } from './budget-form.ts'

const settings: BudgetSettings = {
  name: 'rack 7',
  range: 'rack=7',
  capWatts: 3_000,
  warnShare: 0.9,
  overSeconds: 30,
  acts: [
    { do: 'cap', nodes: 'n[1-4]', watts: 300 },
    { do: 'shutdown', nodes: 'n4', forceAfterSeconds: 120 },
    { do: 'shutdown', nodes: 'n3', forceAfterSeconds: null },
  ],
}

it('gives back what it was given', () => {
  expect(toBudget(toBudgetForm(settings))).toEqual(settings)
})

it('begins with the group or the rack that is looked at', () => {
  const rangeOf = (scope: Parameters<typeof emptyBudget>[0]) => emptyBudget(scope).range
  expect([rangeOf({ kind: 'group', name: 'gpu' }), rangeOf({ kind: 'rack', name: 'R1' }), rangeOf({ kind: 'rack', name: 'hall 1' }), rangeOf({ kind: 'fleet' })]).toEqual(['gpu', 'rack=R1', 'rack="hall 1"', ''])
})

it('says what is wrong and where', () => {
  expect(problemsOfBudget(toBudgetForm(settings))).toEqual([])
  expect(problemsOfBudget({ ...emptyBudget({ kind: 'fleet' }), warnPercent: '99', overSeconds: '-1', acts: [emptyAct(0), { ...emptyAct(1), do: 'shutdown', nodes: 'n1', force: '5' }] })).toEqual([
    'name', 'range', 'capWatts', 'warnPercent', 'overSeconds', '0 nodes', '0 watts', '1 force',
  ])
})

it('asks only for what is different', () => {
  expect(toChanges(settings, { ...settings, name: 'the rack' })).toEqual({ name: 'the rack' })
  expect(toChanges(settings, settings)).toEqual({})
})

it('moves a line', () => {
  const keys = (by: -1 | 1, line: number) => moveAct([0, 1, 2].map(emptyAct), line, by).map(({ key }) => key)
  expect([keys(-1, 2), keys(1, 0), keys(-1, 0), keys(1, 2)]).toEqual([[0, 2, 1], [1, 0, 2], [0, 1, 2], [0, 1, 2]])
})
