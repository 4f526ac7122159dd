import { describe, expect, it } from 'vitest'
import type { Sensor } from '#lib/domain/sensor.ts'
import { decimalsOf, toBounds, toScale } from './scale.ts'

const temperature = (reading: number | null, thresholds: Sensor['thresholds'] = {}) => ({ kind: 'temperature' as const, reading, thresholds, unit: '°C' })
const round = (value: number) => Math.round(value * 100) / 100

describe('toScale', () => {
  it('draws caution up to critical and critical to the end', () => {
    // the bar ends 8 % above the highest threshold: 100 → 108
    const { zones, tick } = toScale(temperature(54, { upperCaution: 81, upperCritical: 100 }))
    expect(zones.map(({ from, to, level }) => [round(from), round(to), level])).toEqual([
      [0.75, 0.93, 'warning'],
      [0.93, 1, 'critical'],
    ])
    expect(tick).toBe(0.5)
  })
  it('draws the low end of a fan, and shares a length with its peers', () => {
    const fan = { kind: 'fan' as const, reading: 480, thresholds: { lowerCritical: 500 }, unit: 'RPM' }
    const { zones, tick } = toScale(fan, 5000)
    expect(zones.map(({ from, to, level }) => [from, round(to), level])).toEqual([[0, 0.09, 'critical']])
    expect(round(tick ?? 0)).toBe(0.08)
  })
  it('has no zones without thresholds and no tick without a reading', () => {
    expect(toScale(temperature(null))).toEqual({ zones: [], tick: null })
  })
  it('keeps a reading beyond everything on the bar', () => {
    expect(toScale({ kind: 'other', reading: 400, thresholds: {}, unit: '%' }).tick).toBe(1)
  })
  it('takes fatal where critical is missing', () => {
    const { zones } = toScale(temperature(30, { upperFatal: 90 }))
    expect(zones.map(({ level }) => level)).toEqual(['critical'])
  })
  it('draws nothing for thresholds in the wrong order', () => {
    const { zones } = toScale(temperature(30, { upperCaution: 95, upperCritical: 90 }))
    expect(zones.map(({ level }) => level)).toEqual(['critical'])
  })
})

describe('toBounds', () => {
  it('looks closely at a voltage', () => {
    const { min, max } = toBounds({ kind: 'voltage', reading: 12, thresholds: { lowerCritical: 11, upperCritical: 13 }, unit: 'V' })
    expect([round(min), round(max)]).toEqual([10.7, 13.3])
  })
  it('lets a temperature fall below zero', () => {
    expect(toBounds(temperature(-12)).min).toBe(-12)
  })
})

it.each([
  ['temperature', 71, 0],
  ['temperature', 71.25, 1],
  ['voltage', 12.063, 2],
  ['power', 1640.4, 0],
  ['fan', null, 0],
] as const)('%s %d has %d decimals', (kind, reading, decimals) => {
  expect(decimalsOf({ kind, reading })).toBe(decimals)
})
