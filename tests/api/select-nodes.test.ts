import { beforeAll, describe, expect, it } from 'vitest'
import { nodeList } from '#lib/api/contract.ts'
import { groupList, nodeNames } from '#lib/api/nodes-contract.ts'
import { demandSelection } from '#lib/data/select-nodes.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { withDatabase } from '../database.ts'
import { addNode, bearer, call, withSite } from './fixture.ts'

withDatabase()
const { tokens } = withSite()

const admin = () => bearer(tokens.admin)
const get = (path: string, range: string) => call(`${path}?range=${encodeURIComponent(range)}`, { headers: bearer(tokens.viewer) })
const user: SignedInUser = { id: 'u', kind: 'token', name: 'op', role: 'operator', sessionId: null, ip: '192.0.2.1', requestId: 'r' }

beforeAll(async () => {
  for (const [index, name] of ['n1', 'n2', 'n10', 'gpu1'].entries()) await addNode(tokens.admin, name, `10.4.0.${index + 1}`)
  const patch = { groups: ['GPU'], rack: 'A1', protected: true }
  expect((await call('/api/nodes/gpu1', { method: 'PATCH', headers: admin(), body: patch })).status).toBe(200)
})

describe('GET /api/nodes?range=', () => {
  it.each([
    ['n1', ['n1'], []], // a word is a whole name
    ['n[1-10]', ['n1', 'n2', 'n10'], ['n[3-9]']],
    ['gpu,n2', ['gpu1', 'n2'], []],
    ['rack=a1', ['gpu1'], []],
    ['*,-gpu', ['n1', 'n2', 'n10'], []],
    ['n1,x,rak=1', ['n1'], ['x', 'rak=1']],
    ['~^n1', ['n1', 'n10'], []],
  ])('%s', async (range, names, unmatched) => {
    const list = nodeList.parse(await (await get('/api/nodes', range)).json())
    expect([list.nodes.map(({ name }) => name), list.unmatched]).toEqual([names, unmatched])
  })

  it('says where it cannot be read', async () => {
    const answer = await get('/api/nodes', 'n1,n[5-1]')
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { code: 'invalid', field: 'range', message: 'range: these are no numbers of a range, from character 4 on: n[5-1]' },
    ])
    expect((await get('/api/nodes', '')).status).toBe(400)
    expect((await get('/api/nodes', 'n'.repeat(4097))).status).toBe(400)
  })
})

describe('GET /api/node-names', () => {
  it('folds them', async () => {
    expect(nodeNames.parse(await (await get('/api/node-names', '-gpu')).json())).toEqual({ names: ['n1', 'n2', 'n10'], range: 'n[1-2,10]', unmatched: [] })
    const all = await call('/api/node-names', { headers: bearer(tokens.viewer) })
    expect(await all.json()).toMatchObject({ range: 'gpu1,n[1-2,10]' })
  })
})

it('GET /api/groups tells them, folded', async () => {
  const answer = groupList.parse(await (await call('/api/groups', { headers: bearer(tokens.viewer) })).json())
  expect(answer.groups).toEqual([{ name: 'GPU', count: 1, range: 'gpu1' }])
})

describe('a selection to act on', () => {
  it('has what permission and an operation need', async () => {
    expect(await demandSelection(user, 'gpu,n[1-2]')).toMatchObject([
      { name: 'gpu1', groups: ['GPU'], rack: 'A1', protected: true },
      { name: 'n1', id: expect.any(String), protected: false },
      { name: 'n2' },
    ])
  })

  it.each([
    ['n[1-3]', 'unknown-node', 'range: there is no node or group n3'],
    ['n1,-n22', 'unknown-node', 'range: there is no node or group n22'],
    ['power=on', 'no-nodes', 'range: no node is in power=on'],
    [' ', 'invalid', 'range: is empty: * means every node'],
    ['n1)', 'invalid', 'range: a parenthesis too many, from character 3 on: n1)'],
    [`n1,-n2,${'n1,'.repeat(1400)}`, 'invalid', 'range: has 4207 characters, at most 4096 are read: name a group, or send the names'],
  ])('refuses %s', async (range, code, message) => {
    await expect(demandSelection(user, range)).rejects.toMatchObject({ code, message })
  })
})
