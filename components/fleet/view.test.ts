import { describe, expect, it } from 'vitest'
import type { Node } from '#lib/domain/node.ts'
import { sampleNode } from '#lib/domain/testing/sample-node.ts'
import { countFacet, createNameRanks, filterNodes, sortNodes, toFigures, toQuery, toView, toWattScale, type Order } from './view.ts'

const now = Date.parse('2026-11-23T12:00:00Z')
const fresh = '2026-11-23T11:59:55.000Z'

function toNode(name: string, changes: Partial<Omit<Node, 'bmc'>> & { bmc?: Partial<Node['bmc']> } = {}): Node {
  const { bmc, ...rest } = changes
  const sample = sampleNode(name, fresh, { id: name, ...rest })
  return { ...sample, bmc: { ...sample.bmc, address: `${name}-ipmi`, via: 'redfish', latencyMs: 10, ...bmc } }
}
const sorted = (nodes: Node[], order: Order) => sortNodes(nodes, order, createNameRanks()(nodes), now).map(({ name }) => name)

describe('the address', () => {
  it('says the same view again', () => {
    const query = '?q=n%5B1-3%5D&health=critical&health=warning&rack=A1&sort=-watts'
    expect(toQuery(toView(new URLSearchParams(query)))).toBe(query)
  })
  it('is empty for the view that the page opens with', () => {
    expect(toQuery(toView(new URLSearchParams('')))).toBe('')
  })
  it('ignores an order that it does not know', () => {
    expect(toView(new URLSearchParams('?sort=constructor')).order).toEqual({ by: 'trouble', descending: false })
  })
})

describe('sortNodes', () => {
  const trouble = [
    toNode('n10'),
    toNode('n2'),
    toNode('dead', { bmc: { state: 'failed' } }),
    toNode('warm', { health: { level: 'warning', reasons: [], at: fresh } }),
    toNode('lost', { health: { level: 'critical', reasons: [], at: fresh } }),
    toNode('old', { power: { state: 'on', at: null }, health: { level: 'ok', reasons: [], at: null } }),
  ]
  it('puts trouble first and names in natural order', () => {
    expect(sorted(trouble, { by: 'trouble', descending: false })).toEqual(['lost', 'warm', 'dead', 'old', 'n2', 'n10'])
  })
  it('keeps nodes without a value last in both directions', () => {
    const nodes = [toNode('a'), toNode('b', { watts: 100 }), toNode('c', { watts: 300 })]
    expect(sorted(nodes, { by: 'watts', descending: true })).toEqual(['c', 'b', 'a'])
    expect(sorted(nodes, { by: 'watts', descending: false })).toEqual(['b', 'c', 'a'])
  })
  it('stands racks side by side, each from the top down', () => {
    const nodes = [toNode('d', { rack: 'A2', position: 1 }), toNode('a', { rack: 'A10' }), toNode('b', { rack: 'A2', position: 40 }), toNode('c', { rack: 'A2' }), toNode('e')]
    expect(sorted(nodes, { by: 'rack', descending: false })).toEqual(['b', 'd', 'c', 'a', 'e'])
    expect(sorted(nodes, { by: 'rack', descending: true })).toEqual(['a', 'b', 'd', 'c', 'e'])
  })
  it('turns names round', () => {
    expect(sorted([toNode('n2'), toNode('n10')], { by: 'name', descending: true })).toEqual(['n10', 'n2'])
  })
  it('ranks a renamed node anew', () => {
    const rank = createNameRanks()
    rank([toNode('a'), toNode('b')])
    const ranks = rank([{ ...toNode('a'), name: 'z' }, toNode('b')])
    expect(ranks.get('a')).toBe(1)
  })
})

describe('filterNodes', () => {
  it('takes box and chips together, chips of one kind as or', () => {
    const nodes = [
      toNode('n1', { rack: 'A1' }),
      toNode('n2', { rack: 'A2' }),
      toNode('n3', { rack: 'A3' }),
      toNode('gpu1', { rack: 'A1' }),
    ]
    const view = toView(new URLSearchParams('?q=n[1-3]&rack=A1&rack=A2'))
    expect(filterNodes(nodes, view, now).nodes.map(({ name }) => name)).toEqual(['n1', 'n2'])
  })
  it('takes a node of several groups for each of them', () => {
    const nodes = [toNode('n1', { groups: ['gpu', 'new'] }), toNode('n2', { groups: ['new'] }), toNode('n3')]
    const shown = (query: string) => filterNodes(nodes, toView(new URLSearchParams(query)), now).nodes.map(({ name }) => name)
    expect([shown('?group=gpu'), shown('?group=gpu&group=new'), shown('?group=x')]).toEqual([['n1'], ['n1', 'n2'], []])
    expect(countFacet(nodes, 'group', now)).toEqual([{ value: 'new', count: 2 }, { value: 'gpu', count: 1 }])
  })
  it('counts what a chip offers', () => {
    expect(countFacet([toNode('a', { rack: 'A1' }), toNode('b', { rack: 'A1' }), toNode('c', { rack: 'A2' }), toNode('d')], 'rack', now)).toEqual([
      { value: 'A1', count: 2 },
      { value: 'A2', count: 1 },
    ])
  })
})

it('offers health from worst to best', () => {
  const sick = toNode('c', { health: { level: 'critical', reasons: [], at: fresh } })
  expect(countFacet([toNode('a'), toNode('b'), sick], 'health', now).map(({ value }) => value)).toEqual(['critical', 'ok'])
})

describe('toFigures', () => {
  it('counts states and leaves silent nodes out of watts and heat', () => {
    const hot = { name: 'CPU 1', reading: 84, health: 'warning' as const }
    const figures = toFigures(
      [
        toNode('n1', { watts: 400, hottest: hot, bmc: { latencyMs: 20 } }),
        toNode('n2', { power: { state: 'off', at: fresh }, watts: 20, bmc: { latencyMs: 40 } }),
        toNode('n3', { watts: 5000, hottest: { ...hot, reading: 120 }, bmc: { state: 'failed', latencyMs: 9000 } }),
        toNode('n4', { power: { state: 'poweringOn', at: fresh }, bmc: { latencyMs: 30 } }),
      ],
      now,
    )
    expect(figures).toMatchObject({ total: 4, on: 1, off: 1, unreachable: 1, changing: 1, unknown: 0, watts: 420, wattsFrom: 2, latencyMs: 30 })
    expect(figures.hottest).toMatchObject({ node: 'n1', name: 'CPU 1', reading: 84 })
  })
  it('says nothing of an empty fleet', () => {
    expect(toFigures([], now)).toMatchObject({ total: 0, watts: 0, hottest: null, latencyMs: null })
  })
})

it('rounds the scale of the watt bars up', () => {
  expect(toWattScale([toNode('a', { watts: 1640 })])).toBe(2000)
  expect(toWattScale([])).toBe(100)
})
