import { describe, expect, it } from 'vitest'
import { toScrollTop, toWindow } from './row-window.ts'

const layout = { count: 10_000, size: 34, above: 150 }

describe('toWindow', () => {
  it('begins with the first rows', () => {
    // 860 px show 25 rows, less the 150 px above; 12 spare, in steps of 4
    expect(toWindow(layout, 0, 860)).toEqual({ start: 0, end: 36 })
  })
  it('follows, and always covers what is in sight', () => {
    for (const scrollTop of [150, 151, 5000, 99_999, 150 + 10_000 * 34 - 860]) {
      const { start, end } = toWindow(layout, scrollTop, 860)
      expect(layout.above + start * layout.size).toBeLessThanOrEqual(Math.max(scrollTop, layout.above))
      expect(layout.above + end * layout.size).toBeGreaterThanOrEqual(Math.min(scrollTop + 860, layout.above + layout.count * layout.size))
      expect(end - start).toBeLessThanOrEqual(60)
    }
  })
  it('stays the same while less than a step passes', () => {
    expect(toWindow(layout, 5000, 860)).toEqual(toWindow(layout, 5010, 860))
  })
  it('holds nothing of an empty list, and all of a short one', () => {
    expect(toWindow({ ...layout, count: 0 }, 5000, 860)).toEqual({ start: 0, end: 0 })
    expect(toWindow({ ...layout, count: 5 }, 0, 860)).toEqual({ start: 0, end: 5 })
  })
})

describe('toScrollTop', () => {
  const covered = { top: 90, bottom: 70 }
  it('leaves a row alone that is in sight', () => {
    expect(toScrollTop(layout, 10, 0, 860, covered)).toBe(0)
  })
  it('brings a row from above under the head, and one from below over the bar', () => {
    expect(toScrollTop(layout, 0, 1000, 860, covered)).toBe(60)
    // the row's end is 150 + 101 × 34 = 3584, and 70 px of bar
    expect(toScrollTop(layout, 100, 0, 860, covered)).toBe(3584 + 70 - 860)
  })
})
