import { describe, expect, it } from 'vitest'
import { curvePoints, toLevel, toPercent } from './fan-curve.ts'

const points = [
  { celsius: 40, percent: 30 },
  { celsius: 60, percent: 50 },
  { celsius: 80, percent: 100 },
]

describe('a curve', () => {
  it.each([
    [-5, 30],
    [40, 30],
    [41, 31],
    [50, 40],
    [60, 50],
    [60.1, 51],
    [70, 75],
    [79.9, 100],
    [80, 100],
    [130, 100],
  ])('at %d °C asks for %d %%', (celsius, percent) => {
    expect(toPercent(points, celsius)).toBe(percent)
  })

  it('never asks for less when it is hotter', () => {
    const all = Array.from({ length: 1_000 }, (_, i) => toPercent(points, 30 + i / 16))
    expect(all).toEqual([...all].sort((a, b) => a - b))
  })

  it.each([
    ['one point', [points[0]]],
    ['a point that is no hotter', [points[0], { celsius: 40, percent: 50 }]],
    ['a point that is slower', [points[0], { celsius: 50, percent: 20 }]],
    ['more than 100 %', [points[0], { celsius: 50, percent: 101 }]],
    ['half degrees', [points[0], { celsius: 50.5, percent: 60 }]],
  ])('may not have %s', (_, wrong) => {
    expect(curvePoints.safeParse(wrong).success).toBe(false)
    expect(curvePoints.safeParse(points).success).toBe(true)
  })
})

describe('the hysteresis', () => {
  const walk = (...readings: number[]) => {
    let level: number | null = null
    return readings.map((celsius) => (level = toLevel(level, celsius, 4)))
  }

  it('follows a rise at once and a fall only beyond it', () => {
    expect(walk(50, 55, 53, 51, 50, 46, 47, 49, 51)).toEqual([50, 55, 55, 55, 54, 50, 50, 50, 51])
  })

  it('keeps the duty still while a reading trembles', () => {
    expect(new Set(walk(60, 58, 60, 57, 59, 60, 58, 56))).toEqual(new Set([60]))
  })

  it('of nothing is the reading itself', () => {
    expect(toLevel(70, 60, 0)).toBe(60)
  })
})
