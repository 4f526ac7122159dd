import { expect, it } from 'vitest'
import type { Step, StepState } from '#lib/domain/operation.ts'
import { byInterest, toCounts } from './progress.ts'

const step = (node: string, state: StepState): Step => ({ node, state, before: 'on', after: null, afterAt: null, commands: [] })

it('counts what did not end as asked', () => {
  const steps = [step('a', 'verified'), step('b', 'not-applied'), step('c', 'queued'), step('d', 'unknown')]
  expect(toCounts(steps)).toEqual({ total: 4, done: 3, verified: 1, bad: 2 })
})

it('tells trouble first, and keeps the order asked among equals', () => {
  const steps = [step('a', 'verified'), step('b', 'queued'), step('c', 'failed'), step('d', 'sending'), step('e', 'verified')]
  expect(byInterest(steps).map(({ node }) => node)).toEqual(['c', 'd', 'b', 'a', 'e'])
})
