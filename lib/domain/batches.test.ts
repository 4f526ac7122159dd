import { describe, expect, it } from 'vitest'
import { countBatches } from './batches.ts'
import type { OperationLimits, Placed } from './operation-limits.ts'

/** `r1 r1 r2`: nodes by their racks, `-` for none; groups after a colon. */
const nodes = (text: string): Placed[] =>
  text.split(' ').map((word, at) => {
    const [rack = '-', groups = ''] = word.split(':')
    return { name: `n${at}`, rack: rack === '-' ? null : rack, position: null, groups: groups === '' ? [] : groups.split(',') }
  })
const many = (count: number, rackOf: (at: number) => string) => nodes(Array.from({ length: count }, (_, at) => rackOf(at)).join(' '))

describe('how many batches nodes fall into', () => {
  it.each<[string, Placed[], OperationLimits, number]>([
    ['one without limits', nodes('r1 r1 r2'), {}, 1],
    ['300 of 50', many(300, () => '-'), { atOnce: 50, pauseSeconds: 5 }, 6],
    ['the last is not full', many(301, () => '-'), { atOnce: 50 }, 7],
    ['as the fullest rack needs', nodes('r1 r1 r1 r2'), { perRack: 1 }, 3],
    ['nodes without a rack are one rack', nodes('- - - r2'), { perRack: 1 }, 3],
    ['a node of two groups waits for both', nodes('-:a,b -:a -:b'), { perGroup: 1 }, 2],
    ['more than either limit alone would need', nodes('a a a a a a b b b b b b c c c c c c'), { atOnce: 4, perRack: 2 }, 6],
  ])('%s', (_, list, limits, count) => {
    expect(countBatches(list, limits)).toEqual({ count, isExact: true })
  })

  it('tells the least for so many that counting would be felt', () => {
    expect(countBatches(many(10_000, () => 'r1'), { perRack: 1 })).toEqual({ count: 10_000, isExact: false })
  })

  it('counts none of none', () => {
    expect(countBatches([], { atOnce: 5 })).toEqual({ count: 0, isExact: true })
  })
})
