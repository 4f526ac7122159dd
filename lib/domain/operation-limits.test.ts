import { describe, expect, it } from 'vitest'
import { inOrder, operationLimits, toLanes, type Placed } from './operation-limits.ts'

const at = (name: string, rack: string | null, position: number | null, ...groups: string[]): Placed => ({ name, rack, position, groups })
const nodes = [at('n10', 'r2', 1, 'gpu'), at('n2', 'r10', 3), at('n1', 'r2', 2, 'login', 'gpu'), at('n3', null, 1, 'cpu'), at('n4', 'r2', null, 'cpu')]
const names = (list: readonly Placed[]) => list.map(({ name }) => name).join(' ')

describe('the order of nodes', () => {
  it.each([
    ['as asked', undefined, 'n10 n2 n1 n3 n4'],
    ['by rack and position, what has none last', 'rack', 'n10 n1 n4 n2 n3'],
    ['by the first group and name, what has none last', 'group', 'n3 n4 n1 n10 n2'],
  ] as const)('%s', (_, order, expected) => {
    expect(names(inOrder(nodes, order))).toBe(expected)
  })

  it('leaves what it was given as it was', () => {
    inOrder(nodes, 'rack')
    expect(names(nodes)).toBe('n10 n2 n1 n3 n4')
  })
})

describe('lanes', () => {
  it('are only those that are limited', () => {
    expect(toLanes(nodes[2]!, {})).toEqual([])
    expect(toLanes(nodes[2]!, { perRack: 1 })).toEqual(['rack r2'])
    expect(toLanes(nodes[2]!, { perRack: 1, perGroup: 2 })).toEqual(['rack r2', 'group login', 'group gpu'])
  })

  it('are shared by all that have no rack, and by all that have no group', () => {
    expect(toLanes(nodes[3]!, { perRack: 1 })).toEqual(['rack '])
    expect(toLanes(nodes[1]!, { perGroup: 1 })).toEqual(['group '])
  })
})

describe('limits as a person says them (checklist 58)', () => {
  it.each<[string, unknown, boolean]>([
    ['none', {}, true],
    ['the least', { atOnce: 1, perRack: 1, perGroup: 1, pauseSeconds: 0, deadlineSeconds: 10, order: 'rack' }, true],
    ['the most', { atOnce: 10_000, pauseSeconds: 86_400, deadlineSeconds: 86_400 }, true],
    ['none at once', { atOnce: 0 }, false],
    ['one too many', { atOnce: 10_001 }, false],
    ['half a node', { atOnce: 1.5 }, false],
    ['a pause that never comes', { pauseSeconds: 5 }, false],
    ['a pause of more than a day', { atOnce: 1, pauseSeconds: 86_401 }, false],
    ['a deadline that no BMC keeps', { deadlineSeconds: 9 }, false],
    ['an order that is none', { order: 'colour' }, false],
    ['a limit that is none', { atonce: 5 }, false],
    ['a number as text', { atOnce: '5' }, false],
  ])('%s', (_, limits, right) => {
    expect(operationLimits.safeParse(limits).success).toBe(right)
  })
})
