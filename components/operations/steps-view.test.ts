import { describe, expect, it } from 'vitest'
import { stepQuery } from '#lib/api/contract.ts'
import { stepState } from '#lib/domain/operation.ts'
import { stateGroups, toggleStates, toStepFilter, toStepsQuery, toStepsView } from './steps-view.ts'

const read = (query: string) => toStepsView(new URLSearchParams(query))

describe('the steps that an address asks for', () => {
  it.each(['', '?state=unknown%2Cfailed', '?q=n%5B1-20%5D&batch=3&order=position&step=0'])('is the same written again: %s', (query) => {
    expect(toStepsQuery(read(query))).toBe(query)
  })

  it.each(['state=done', 'state=', 'batch=0', 'batch=x', 'order=random', 'step=-1', 'step=1.5'])('leaves out %s', (query) => {
    expect(toStepsQuery(read(query))).toBe('')
  })

  it('is a question that the interface takes', () => {
    const filter = toStepFilter(read('q=n1&state=unknown&batch=2'))
    expect(filter).toEqual({ order: 'interest', q: 'n1', state: 'unknown', batch: 2 })
    expect(stepQuery.safeParse(filter).success).toBe(true)
  })
})

describe('the groups of states', () => {
  it('hold every state once', () => {
    expect(stateGroups.flatMap(({ states }): string[] => [...states]).sort()).toEqual([...stepState.options].sort())
  })

  it('are taken in and out whole', () => {
    const moving = stateGroups.find(({ key }) => key === 'moving')!
    const failed = stateGroups.find(({ key }) => key === 'failed')!
    expect(toggleStates(['failed'], moving)).toEqual(['sending', 'sent', 'failed'])
    expect(toggleStates(['sent', 'failed'], moving)).toEqual(['sending', 'sent', 'failed'])
    expect(toggleStates(['sending', 'sent', 'failed'], moving)).toEqual(['failed'])
    expect(toggleStates(['failed'], failed)).toEqual([])
  })
})
