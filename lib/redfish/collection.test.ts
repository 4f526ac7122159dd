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
  ])('%s', (gap, body) => {
    expect(findGap(body)).toBe(gap)
  })

  it('nothing when all are links', () => {
    expect([[], [at('/redfish/v1/x')]].map((Members) => findGap({ Members }))).toEqual([undefined, undefined])
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

  const c = '/redfish/v1/c'
  const page = (from: number, to: number, more: object = {}) => ({ Members: Array.from({ length: to - from }, (_, index) => at(`${c}/${from + index}`)), ...more })
  const count = { 'Members@odata.count': 7 }

  async function readAll(resources: Record<string, unknown>, limit = 99) {
    const failures: RedfishError[] = []
    const session = createMemorySession(resources)
    const members = await readMembers(session, c, limit, failures)
    return { members: members.length, asked: session.requests.map((request) => request.replace('GET ', '')), failures: failures.map(({ detail }) => detail) }
  }

  it('that counts more than it lists, and links no next page, are asked for by $skip until there are no more (iDRAC 7 to 9)', async () => {
    const pages = { [c]: page(0, 3, count), [`${c}?$skip=3`]: page(3, 6, count), [`${c}?$skip=6`]: page(6, 7, count) }
    expect(await readAll(pages)).toEqual({ members: 7, asked: Object.keys(pages), failures: [] })
    expect(await readAll(pages, 5)).toEqual({ members: 5, asked: Object.keys(pages).slice(0, 2), failures: [] })
  })

  it.each([
    ['gives the first page again', page(0, 3, count), 'it counts 7 members and lists 3'],
    ['gives an empty one', page(0, 0, count), 'it counts 7 members and lists 3'],
    ['refuses the query', 400, 'failed with status 400'],
  ])('are asked for once by $skip where the BMC %s', async (_, answer, failure) => {
    const { asked, ...found } = await readAll({ [c]: page(0, 3, count), [`${c}?$skip=3`]: answer })
    expect(asked).toEqual([c, `${c}?$skip=3`])
    expect(found).toEqual({ members: 3, failures: [expect.stringContaining(failure)] })
  })

  it('that come by nextLink are counted over all pages', async () => {
    const pages = { [c]: page(0, 4, { ...count, 'Members@odata.nextLink': `${c}?page=2` }), [`${c}?page=2`]: page(4, 7, count) }
    expect(await readAll(pages)).toEqual({ members: 7, asked: Object.keys(pages), failures: [] })
  })

  it('cost nothing more where the count is right, or too small', async () => {
    expect(await readAll({ [c]: page(0, 7, count) })).toMatchObject({ members: 7, asked: [c], failures: [] })
    expect(await readAll({ [c]: page(0, 9, count) })).toMatchObject({ members: 9, asked: [c], failures: [] })
  })
})
