import { describe, expect, it } from 'vitest'
import { node as nodeSchema, type Node } from '#lib/domain/node.ts'
import { streamEvents } from './contract.ts'
import { toChangedNodes, toEventNodeIds, toOperationId, toRemovedIds, toServerTime } from './stream-events.ts'

const node: Node = {
  id: 'a',
  name: 'n1',
  groups: ['compute'],
  tags: [],
  rack: null,
  position: null,
  attributes: {},
  protected: false,
  power: { state: 'on', at: '2026-11-23T12:00:00.000Z' },
  health: { level: 'warning', reasons: [{ level: 'warning', code: 'state', part: 'PSU 2', text: 'input lost' }], at: null },
  identity: { model: 'R750' },
  hottest: { name: 'CPU 1', reading: 71, health: 'ok' },
  watts: 412,
  seenAt: '2026-11-23T12:00:00.000Z',
  bmc: { address: 'n1-ipmi', protocol: 'auto', state: 'ok', via: 'redfish', failure: null, latencyMs: 38, endpoints: [] },
  revision: 7,
}
const event = (nodes: readonly unknown[]) => JSON.stringify({ nodes })

describe('toChangedNodes', () => {
  it('takes what the contract takes', () => {
    expect(streamEvents.nodes.safeParse({ nodes: [node] }).success).toBe(true)
    expect(toChangedNodes(event([node]))).toEqual([node])
    const bare = { ...node, hottest: null, watts: null, seenAt: null, bmc: { ...node.bmc, via: null, latencyMs: null } }
    expect(toChangedNodes(event([bare]))).toEqual([bare])
  })

  it.each([
    ['no id', { id: undefined }],
    ['a name that is no text', { name: 7 }],
    ['no revision', { revision: null }],
    ['no groups', { groups: undefined }],
    ['a power that is no word of ours', { power: { state: 'standby', at: null } }],
    ['a health that is no word of ours', { health: { level: 'fine', reasons: [], at: null } }],
    ['no reasons', { health: { level: 'ok', at: null } }],
    ['watts that are text', { watts: '412' }],
    ['no identity', { identity: null }],
    ['a BMC without an address', { bmc: { ...node.bmc, address: undefined } }],
    ['a BMC in an unknown state', { bmc: { ...node.bmc, state: 'asleep' } }],
    ['a heat without a reading', { hottest: { name: 'CPU 1', health: 'ok' } }],
  ])('leaves out a node with %s, as the contract would', (_, change) => {
    const wrong = { ...node, ...change }
    expect(nodeSchema.safeParse(wrong).success).toBe(false)
    expect(toChangedNodes(event([wrong, node]))).toEqual([node])
  })

  it.each(['', 'null', '[]', '{"nodes":1}', '{"nodes":[null,1,"x",[]]}'])('makes nothing of %j', (data) => {
    expect(toChangedNodes(data)).toEqual([])
  })
})

it('reads the small events', () => {
  expect(toRemovedIds('{"ids":["a",1,"b"]}')).toEqual(['a', 'b'])
  expect(toRemovedIds('{}')).toEqual([])
  expect(toOperationId('{"id":"x"}')).toBe('x')
  expect(toOperationId('garbage')).toBeNull()
  expect(toServerTime('{"now":"2026-11-23T12:00:00.000Z"}')).toBe(Date.UTC(2026, 10, 23, 12))
  expect(toServerTime('{"now":"soon"}')).toBeNull()
  expect(toEventNodeIds('{"nodes":["a",1,"b"]}')).toEqual(['a', 'b'])
  expect(toEventNodeIds('[]')).toEqual([])
})
