import { describe, expect, it } from 'vitest'
import { align, findSpecks, highest, summarise, type Line } from './align.ts'

const minute = 60_000
const line = (key: string, points: Line['points']): Line => ({ key, name: key, points })

describe('align', () => {
  it('puts lines with times of their own on one axis', () => {
    const aligned = align([line('a', [[0, 1], [minute, 2]]), line('b', [[30_000, 5]])])
    expect(aligned.times).toEqual([0, 30, 60])
    expect(aligned.values).toEqual([
      [1, undefined, 2],
      [undefined, 5, undefined],
    ])
  })
  it('breaks a line where nothing was read, and only there', () => {
    const points: [number, number][] = [0, 1, 2, 3, 20, 21].map((at) => [at * minute, at])
    expect(align([line('a', points)]).values[0]).toEqual([0, 1, 2, 3, null, 20, 21])
  })
  it('lets no point of another line close a break', () => {
    const broken = line('a', [[0, 1], [minute, 2], [2 * minute, 3], [30 * minute, 4]])
    const whole = line('b', [[10 * minute, 7], [11 * minute, 8]])
    // times: 0, 1, 2 min, the break, 10, 11, 30 min
    expect(align([broken, whole]).values[0]).toEqual([1, 2, 3, null, null, null, 4])
  })
  it('finds the pieces that are too short to be seen as a line', () => {
    const times = [0, 60, 120, 180, 240, 300, 360, 420, 480, 540]
    expect(findSpecks(times, [7], 90)).toEqual([0])
    expect(findSpecks(times, [1, 2, 3], 90)).toEqual([])
    expect(findSpecks(times, [1, 2], 90)).toEqual([1])
    expect(findSpecks(times, [1, 2, 3, null, 3, null, null, 4, 5, null], 90)).toEqual([4, 8])
    // The time of another line in between is no break.
    expect(findSpecks(times, [1, undefined, 2], 90)).toEqual([])
    expect(findSpecks(times, [undefined, 1, undefined], 90)).toEqual([1])
    expect(findSpecks([], [], 90)).toEqual([])
  })
  it('takes nothing', () => {
    expect(align([])).toEqual({ times: [], values: [] })
  })
})

it('summarises', () => {
  expect(summarise([[0, 400], [1, 488], [2, 412]])).toEqual({ low: 400, high: 488, last: 412, mean: 1300 / 3 })
  expect(summarise([])).toBeNull()
})

it('draws the highest, and none without points', () => {
  const lines = [line('low', [[0, 1]]), line('none', []), line('high', [[0, 9]]), line('mid', [[0, 5]])]
  expect(highest(lines, 2).map(({ key }) => key)).toEqual(['high', 'mid'])
})
