import { describe, expect, it } from 'vitest'
import { sayReason, sayState, toFigure, toReadingText, toReasonWords, type SayHealth } from './words.ts'

it.each([
  [38, '38'],
  [38.04, '38'],
  [38.25, '38.3'],
  [12.063, '12.06'],
  [1640.4, '1640'],
  [-3.5, '-3.5'],
  [0, '0'],
])('%d is written %s', (value, text) => {
  expect(toFigure(value)).toBe(text)
})

it('writes units as people do', () => {
  expect(toReadingText(38, '°C')).toBe('38 °C')
  expect(toReadingText(40, '%')).toBe('40%')
  expect(toReadingText(3, null)).toBe('3')
})

describe('toReasonWords', () => {
  it('tells a crossed threshold with its figures', () => {
    expect(toReasonWords({ level: 'warning', code: 'above-caution', part: 'Inlet', reading: 38, limit: 35, unit: '°C' })).toEqual({
      key: 'reason.above-caution',
      values: { part: 'Inlet', reading: '38 °C', limit: '35', text: '' },
    })
  })
  it('has words for a part that only says it is unwell', () => {
    expect(toReasonWords({ level: 'critical', code: 'reported', part: 'PSU 2' }).key).toBe('reason.bareCritical')
    expect(toReasonWords({ level: 'critical', code: 'state', part: 'PSU 2', text: 'input lost' }).key).toBe('reason.state')
  })
})

describe('sayReason', () => {
  const say: SayHealth = (key, values) => (key === 'states.UnavailableOffline' ? 'offline' : `${key} ${values?.part}: ${values?.text}`)
  it('has words for a state of Redfish, and leaves what a BMC says otherwise', () => {
    expect(sayReason({ level: 'critical', code: 'state', part: 'PSU2', text: 'UnavailableOffline' }, say)).toBe('reason.state PSU2: offline')
    expect(sayReason({ level: 'critical', code: 'state', part: 'PSU2', text: 'input lost' }, say)).toBe('reason.state PSU2: input lost')
    expect(sayState('toString', say)).toBe('toString')
  })
})
