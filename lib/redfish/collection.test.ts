import { describe, expect, it } from 'vitest'
import { findGap, readMembers } from './collection.ts'
import type { RedfishError } from './errors.ts'
import { createMemorySession } from './testing/memory-session.ts'

const at = (path: string) => ({ '@odata.id': path })

describe('a collection says of itself', () => {
  it.each([
    ['no list of members', {}],
    ['no list of members', { Members: { '@odata.id': '/redfish/v1/x' } }],
    ['1 of 2 members are no links', { Members: [at('/redfish/v1/x'), true] }],
    ['1 of 1 members are no links', { Members: [at('https://elsewhere/redfish/v1/x')] }],
    ['it counts 4 members and lists 1', { Members: [at('/redfish/v1/x')], 'Members@odata.count': 4 }],
  ])('%s', (gap, body) => {
    expect(findGap(body)).toBe(gap)
  })

  it('nothing when it is whole, counts too few, or goes on on another page', () => {
    expect(findGap({ Members: [] })).toBeUndefined()
    expect(findGap({ Members: [at('/redfish/v1/x')], 'Members@odata.count': 0 })).toBeUndefined()
    expect(findGap({ Members: [at('/redfish/v1/x')], 'Members@odata.count': 4, 'Members@odata.nextLink': '/redfish/v1/c?$skip=1' })).toBeUndefined()
  })
})

describe('the members of a collection', () => {
  it('are those that can be had; the rest stands in the failures, a collection that is not there as well', async () => {
    const failures: RedfishError[] = []
    const session = createMemorySession({ '/redfish/v1/c': { Members: [at('/redfish/v1/x'), null], 'Members@odata.count': '2' } })
    expect(await readMembers(session, '/redfish/v1/c', 9, failures)).toEqual(['/redfish/v1/x'])
    expect(await readMembers(session, '/redfish/v1/gone', 9, failures)).toEqual([])
    expect(failures.map(({ kind, message }) => [kind, message])).toEqual([
      ['garbled', 'memory:0: GET /redfish/v1/c: 1 of 2 members are no links'],
      ['not-found', 'memory:0: GET /redfish/v1/gone is not there (404)'],
    ])
  })
})
