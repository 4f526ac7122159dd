import { describe, expect, it } from 'vitest'
import type { Node } from './node.ts'
import { isWhole, toPowerScopes, toPowerTotal, toScopeKey } from './power-total.ts'
import { sampleNode } from './testing/sample-node.ts'

const t0 = Date.parse('2026-11-30T12:00:00Z')
const iso = (agoSeconds: number) => new Date(t0 - agoSeconds * 1000).toISOString()

const node = (name: string, changes: Partial<Node> = {}): Node => sampleNode(name, iso(5), { health: { level: 'ok', reasons: [], at: iso(30) }, watts: 400, ...changes })
const off: Node['power'] = { state: 'off', at: iso(5) }
const failed: Node['bmc'] = { ...node('x').bmc, state: 'failed' }

describe('what counts', () => {
  it.each<[string, Partial<Node>, { told?: number; silent?: number; off?: number; watts?: number }]>([
    ['a fresh reading', {}, { told: 1, watts: 400 }],
    ['nothing told by a running node is not 0 W', { watts: null }, { silent: 1 }],
    ['nor is 0 W: a BMC without a meter says so', { watts: 0 }, { silent: 1 }],
    ['nor less than that', { watts: -5 }, { silent: 1 }],
    ['nor what no machine draws', { watts: 1e300 }, { silent: 1 }],
    ['a reading of yesterday', { health: { level: 'ok', reasons: [], at: iso(181) } }, { silent: 1 }],
    ['a reading of a BMC that no longer answers', { bmc: failed }, { silent: 1 }],
    ['a node that was off when its BMC still answered', { bmc: failed, power: off, watts: null }, { silent: 1 }],
    ['a node that is off and tells nothing', { power: off, watts: null }, { off: 1 }],
    ['a node that is off and tells its standby', { power: off, watts: 12 }, { told: 1, watts: 12 }],
    ['a node that was off half a minute ago', { power: { state: 'off', at: iso(31) }, watts: null }, { silent: 1 }],
    ['a node that nobody has read yet', { watts: null, health: { level: 'unknown', reasons: [], at: null }, power: { state: 'unknown', at: null } }, { silent: 1 }],
  ])('%s', (_, changes, expected) => {
    const { told, silent, off: isOff, watts } = toPowerTotal([node('n1', changes)], t0)
    expect({ told, silent, off: isOff, watts }).toEqual({ told: 0, silent: 0, off: 0, watts: 0, ...expected })
  })

  it('tells the oldest reading of those that count, and the caps that are told', () => {
    const nodes = [
      node('n1', { health: { level: 'ok', reasons: [], at: iso(50) }, capWatts: 350 }),
      node('n2', { health: { level: 'ok', reasons: [], at: iso(20) }, capWatts: 500 }),
      node('n3', { health: { level: 'ok', reasons: [], at: iso(999) }, capWatts: 900 }),
    ]
    expect(toPowerTotal(nodes, t0)).toEqual({ nodes: 3, watts: 800, told: 2, silent: 1, off: 0, oldestAt: iso(50), capWatts: 850, capped: 2 })
  })
})

it('is whole when nobody is silent; of no nodes nothing is known', () => {
  expect([[node('n1'), node('n2', { power: off, watts: null })], [node('n1'), node('n2', { watts: null })], []].map((nodes) => isWhole(toPowerTotal(nodes, t0)))).toEqual([true, false, false])
})

it('has the fleet, the groups and the racks, each by name', () => {
  const nodes = [node('n1', { groups: ['gpu', 'a'], rack: 'R10' }), node('n2', { groups: ['gpu'], rack: 'R2' }), node('n3')]
  expect(toPowerScopes(nodes).map(({ scope, nodes: of }) => `${toScopeKey(scope)} ${of.map(({ name }) => name).join()}`)).toEqual([
    'fleet n1,n2,n3',
    'group:a n1',
    'group:gpu n1,n2',
    'rack:R2 n2',
    'rack:R10 n1',
  ])
  expect(toPowerScopes([]).map(({ scope }) => scope.kind)).toEqual(['fleet'])
})
