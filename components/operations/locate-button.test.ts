import { expect, it } from 'vitest'
import type { Operation, OperationAction, Step, StepState } from '#lib/domain/operation.ts'
import { isLit } from './locate-button.tsx'

const operation = (action: OperationAction, state: Operation['state'], step: StepState) => ({ action, state, step: { state: step } as Step })

it('knows the light by what was last asked for and done', () => {
  const on = operation('IndicatorOn', 'succeeded', 'verified')
  const off = operation('IndicatorOff', 'succeeded', 'verified')
  const offFailed = operation('IndicatorOff', 'failed', 'failed')
  expect(isLit([])).toBe(false)
  expect(isLit([on])).toBe(true)
  expect(isLit([off, on])).toBe(false)
  expect(isLit([offFailed, on])).toBe(true)
  expect(isLit([operation('IndicatorOff', 'running', 'queued'), on])).toBe(false)
})
