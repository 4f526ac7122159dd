import { beforeAll, describe, expect, it } from 'vitest'
import { routes, type Route, type RouteId } from '#lib/api/routes.ts'
import { createApiToken } from '#lib/auth/api-token.ts'
import { createClaim } from '#lib/auth/links.ts'
import { prisma } from '#lib/db/client.ts'
import { sampleControl } from '#lib/domain/testing/fan-control.ts'
import { withDatabase } from '../database.ts'
import { addNode, addUser, bearer, call, withSite } from './fixture.ts'

/** checklist 51: every request that changes something leaves a row with who, from where and the request's own id. */

withDatabase()
const { tokens } = withSite()

/** Changes nothing, or writes its row elsewhere: then the test that holds it is named. */
const exempt: Partial<Record<RouteId, string>> = {
  askRedfish: 'reads',
  askSetup: 'reads',
  lookInvitation: 'reads',
  openConsole: 'the row is written when the ticket is used: tests/console.test.ts',
  changeRedfish: 'the row is written by the conductor: lib/conductor/raw.test.ts',
  changeSetup: 'the row is written by the conductor: lib/conductor/setup.test.ts',
  sendIpmi: 'the row is written by the conductor: lib/conductor/raw-ipmi.test.ts',
  createOwnToken: 'of a person, not of a token: tests/api/tokens.test.ts',
  revokeOwnToken: 'of a person, not of a token: tests/api/tokens.test.ts',
  createImage: 'needs the depot: tests/api/images.test.ts',
  sendPiece: 'the rows are written at its beginning and, by the depot, at its end: tests/api/images.test.ts',
  signIn: 'tests/api/sign-in.test.ts',
  signOut: 'tests/api/sign-in.test.ts',
}

type Try = { path?: () => string | Promise<string>; body?: unknown | (() => Promise<unknown>); before?: () => Promise<unknown> }

const post = (path: string, body?: unknown) => call(path, { method: 'POST', headers: bearer(tokens.admin), ...(body === undefined ? {} : { body }) })
const idOf = async (answer: Response) => ((await answer.json()) as { id: string }).id
const operate = async () => idOf(await post('/api/operations', { kind: 'indicator', action: 'IndicatorOn', nodes: ['n1'] }))
const tokenOf = async (answer: Response) => ((await answer.json()) as { url: string }).url.split('#')[1]
const failed = async () => {
  const id = await operate()
  await prisma().step.updateMany({ where: { operationId: id }, data: { state: 'failed' } })
  await prisma().operation.update({ where: { id }, data: { state: 'failed', finishedAt: new Date() } })
  return id
}

/** The path of something that is made for the purpose. */
const made = async (path: string, body: unknown) => `${path}/${await idOf(await post(path, body))}`
const schedule = { name: 'nightly', when: { cron: '0 3 * * *', timeZone: 'UTC' }, request: { kind: 'power', action: 'On', nodes: ['n1'] } }
const rule = { name: 'silent', range: '*', condition: { kind: 'silent', forSeconds: 60 }, level: 'warning' }
const receiver = { kind: 'slack', name: 'slack', language: 'en', url: 'https://hooks.slack.com/services/x' }
const budget = { name: 'rack 7', range: 'n1', capWatts: 1_000, acts: [{ do: 'cap', nodes: 'n1', watts: 200 }] }
const armed = async (name: string) => {
  const path = await made('/api/budgets', { ...budget, name })
  await post(`${path}/arm`, { range: budget.range })
  return path
}
const silence = { range: 'n1', reason: 'r', until: new Date(Date.now() + 3_600_000).toISOString() }

/** How each route is asked so that it succeeds, in this order. */
const tries: [RouteId, Try][] = [
  ['createNode', { body: { name: 'n8', bmc: { address: '10.4.0.8', protocol: 'ipmi', username: 'u', password: 'p' } } }],
  ['changeNode', { body: { rack: 'r1' } }],
  ['changeNodes', { body: { names: ['n1'], addTags: ['y'] } }],
  ['createNodeRange', { body: { names: 'm[1-2]', address: '10.4.8.[1-2]', username: 'u', password: 'p' } }],
  ['importNodes', { body: { csv: 'name,address,username,password\nm9,10.4.8.9,u,p' } }],
  ['changeConsole', { body: { capture: 'always' } }],
  ['changeFans', { body: { policy: { kind: 'automatic' } } }],
  ['changeFansOfMany', { body: { names: ['n1'], policy: { kind: 'mode', mode: 'standard' } } }],
  ['startRecording', {}],
  ['stopRecording', { body: { state: 'stopped' } }],
  ['removeRecording', {}],
  ['clearEvents', { body: { source: 'SEL' } }],
  ['createProbe', { body: { address: '10.4.0.9', username: 'u', password: 'p' } }],
  ['createScan', { body: { ranges: '10.4.0.1-4' } }],
  ['stopScan', { path: () => made('/api/scans', { ranges: '10.4.0.1-4' }), body: { state: 'stopped' } }],
  ['createOperation', { body: { kind: 'power', action: 'On', nodes: ['n1'] } }],
  ['holdOperation', { path: async () => `/api/operations/${await operate()}/hold` }],
  ['continueOperation', { path: async () => { const id = await operate(); await post(`/api/operations/${id}/hold`); return `/api/operations/${id}/continue` } }],
  ['abortOperation', { path: async () => `/api/operations/${await operate()}/abort` }],
  ['retryOperation', { path: async () => `/api/operations/${await failed()}/retry`, body: {} }],
  ['createSchedule', { body: schedule }],
  ['changeSchedule', { path: () => made('/api/schedules', { ...schedule, name: 'weekly' }), body: { enabled: false } }],
  ['removeSchedule', { path: () => made('/api/schedules', { ...schedule, name: 'monthly' }) }],
  ['createBudget', { body: budget }],
  ['changeBudget', { path: () => made('/api/budgets', { ...budget, name: 'b' }), body: { capWatts: 900 } }],
  ['armBudget', { path: async () => `${await made('/api/budgets', { ...budget, name: 'c' })}/arm`, body: { range: budget.range } }],
  ['disarmBudget', { path: async () => `${await armed('d')}/disarm` }],
  ['removeBudget', { path: () => made('/api/budgets', { ...budget, name: 'e' }) }],
  ['createAlertRule', { body: rule }],
  ['changeAlertRule', { path: () => made('/api/alert-rules', { ...rule, name: 'b' }), body: { level: 'critical' } }],
  ['removeAlertRule', { path: () => made('/api/alert-rules', { ...rule, name: 'c' }) }],
  ['createReceiver', { body: receiver }],
  ['changeReceiver', { path: () => made('/api/receivers', { ...receiver, name: 'b' }), body: { name: 'd' } }],
  ['testReceiver', { path: async () => `${await made('/api/receivers', { ...receiver, name: 'e' })}/test` }],
  ['removeReceiver', { path: () => made('/api/receivers', { ...receiver, name: 'c' }) }],
  ['createSilence', { body: silence }],
  ['endSilence', { path: () => made('/api/silences', silence) }],
  ['beginMaintenance', { body: { names: ['n1'], reason: 'r' } }],
  ['endMaintenance', { body: { names: ['n1'] } }],
  ['changeUser', { path: async () => `/api/users/${await addUser('bob', 'viewer')}`, body: { role: 'operator' } }],
  ['resetPassword', { path: async () => `/api/users/${await addUser('carl', 'viewer')}/reset` }],
  ['createInvitation', { body: { role: 'viewer' } }],
  ['removeInvitation', { path: async () => { await post('/api/invitations', { role: 'viewer' }); return `/api/invitations/${(await prisma().invitation.findFirstOrThrow({ where: { usedAt: null } })).id}` } }],
  ['acceptInvitation', { body: async () => ({ token: await tokenOf(await post('/api/invitations', { role: 'viewer' })), name: 'dora', password: 'long enough a password' }) }],
  ['claim', { before: () => prisma().user.deleteMany(), body: async () => ({ token: (await createClaim())!.token, name: 'eve', password: 'long enough a password' }) }],
  ['createToken', { body: { name: 'made', role: 'viewer' } }],
  ['revokeToken', { path: async () => { await createApiToken('gone', 'viewer'); return `/api/tokens/${(await prisma().apiToken.findUniqueOrThrow({ where: { name: 'gone' } })).id}` } }],
  ['fetchImage', { body: { url: 'https://boot.netboot.xyz/ipxe/netboot.xyz.iso' } }],
  ['removeImage', { path: () => made('/api/images/fetches', { url: 'https://boot.netboot.xyz/ipxe/other.iso' }).then((path) => path.replace('/fetches', '')) }],
  ['changeImageLimits', { body: { reservePercent: 20 } }],
  ['changeImageServing', { body: { mediaAddress: '10.4.0.2' } }],
  ['changeSettings', { body: { networks: ['10.4.0.0/16'] } }],
  ['removeNode', {}],
]

beforeAll(async () => {
  await addNode(tokens.admin, 'n1')
  const owner = crypto.randomUUID()
  await prisma().conductor.create({ data: { id: owner, lockKey: 1n, host: 'test' } })
  const sources = [{ name: 'SEL', canClear: true, isComplete: true, failure: null, clearedAt: null }]
  const capabilities = { fans: { can: true, via: 'ipmi', values: [], control: sampleControl } }
  await prisma().node.update({ where: { name: 'n1' }, data: { ownerId: owner, capabilities, logCursors: { create: { protocol: 'ipmi', sources, readAt: new Date() } } } })
})

describe('checklist 51: every request that changes something', () => {
  it('is tried here, or named as one that does not', () => {
    const changing = (Object.entries(routes) as [RouteId, Route][]).filter(([id, route]) => route.method !== 'GET' && exempt[id] === undefined)
    expect(tries.map(([id]) => id).toSorted()).toEqual(changing.map(([id]) => id).toSorted())
  })

  it.each(tries)('%s leaves its row', async (id, { path, body, before }) => {
    const route: Route = routes[id]
    await before?.()
    const target = path === undefined ? route.path.replace('{name}', 'n1') : await path()
    const requestId = crypto.randomUUID()
    const sent = typeof body === 'function' ? await (body as () => Promise<unknown>)() : body
    const headers = { 'x-request-id': requestId, ...(route.access === 'anyone' ? {} : bearer(tokens.admin)) }
    const answer = await call(target, { method: route.method, headers, ...(sent === undefined ? {} : { body: sent }), ip: '192.0.2.77' })
    expect([answer.status, answer.ok ? '' : await answer.text()]).toEqual([route.status, ''])
    const rows = await prisma().audit.findMany({ where: { body: { contains: requestId } } })
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) expect(JSON.parse(row.body)).toMatchObject({ requestId, ip: '192.0.2.77', actor: expect.stringMatching(/^(admin|dora|eve)$/), outcome: expect.stringMatching(/^(ok|intent)$/) })
  })
})
