import { expect, it } from 'vitest'
import type { Operation, OperationAction, StepState } from '#lib/domain/operation.ts'
import { isLit } from './locate-button.tsx'

const operation = (action: OperationAction, state: Operation['state'], step: StepState): Operation => ({
  id: action + step,
  kind: action.startsWith('Indicator') ? 'indicator' : 'power',
  action,
  state,
  by: 'ops',
  createdAt: '2026-11-23T12:00:00Z',
  finishedAt: null,
  steps: [{ node: 'n1', state: step, before: null, after: null, afterAt: null, commands: [] }],
})

it('knows the light by what was last asked for and done', () => {
  const on = operation('IndicatorOn', 'succeeded', 'verified')
  const off = operation('IndicatorOff', 'succeeded', 'verified')
  const offFailed = operation('IndicatorOff', 'failed', 'failed')
  expect(isLit([], 'n1')).toBe(false)
  expect(isLit([on], 'n1')).toBe(true)
  expect(isLit([off, on], 'n1')).toBe(false)
  expect(isLit([offFailed, on], 'n1')).toBe(true)
  expect(isLit([operation('ForceOff', 'succeeded', 'verified'), on], 'n1')).toBe(true)
})
