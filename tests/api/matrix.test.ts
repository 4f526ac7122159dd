import { beforeAll, describe, expect, it } from 'vitest'
import { routes, type Route, type RouteId } from '#lib/api/routes.ts'
import { actions } from '#lib/domain/permission.ts'
import type { Role } from '#lib/domain/role.ts'
import { createApiToken } from '#lib/auth/api-token.ts'
import { prisma } from '#lib/db/client.ts'
import { withDatabase } from '../database.ts'
import { addNode, addUser, bearer, call, nodeBody, routeIds, sameOrigin, signIn, withSite, type Call } from './fixture.ts'

/** checklist 22, 23, 27: every route × everyone who may ask, with and without what has fooled middleware before. */

withDatabase()
const { tokens } = withSite()

const nobodysId = '00000000-0000-4000-8000-000000000000'
const pathOf = (route: Route) => route.path.replace('{name}', 'n1').replace('{id}', nobodysId).replace('{seq}', '1')

/** A body that the contract accepts, for each route that has one: a new route without one fails here. */
const bodies: Partial<Record<RouteId, unknown>> = {
  createNode: nodeBody('n9', '10.4.9.9'),
  changeNode: { tags: ['x'] },
  changeNodes: { names: ['n1'], addTags: ['y'] },
  createNodeRange: { names: 'm[1-2]', address: '10.4.8.[1-2]', username: 'u', password: 'p', dryRun: true },
  importNodes: { csv: 'name\nn1' },
  createScan: { ranges: '10.4.0.1-4' },
  stopScan: { state: 'stopped' },
  createProbe: { address: '10.4.0.8', username: 'u', password: 'p' },
  createOperation: { kind: 'power', action: 'On', nodes: ['n1'] },
  retryOperation: { states: ['failed'] },
  createSchedule: { name: 'nightly', when: { cron: '0 3 * * *', timeZone: 'UTC' }, request: { kind: 'power', action: 'On', nodes: ['n1'] } },
  changeSchedule: { enabled: false },
  clearEvents: { source: 'SEL' },
  createBudget: { name: 'rack', range: 'n1', capWatts: 3_000 },
  changeBudget: { capWatts: 3_100 },
  armBudget: { range: 'n1' },
  changeFans: { policy: { kind: 'automatic' } },
  changeFansOfMany: { names: ['n1'], policy: { kind: 'automatic' } },
  openConsole: { mode: 'drive' },
  askRedfish: { path: '/redfish/v1/' },
  changeRedfish: { method: 'PATCH', path: '/redfish/v1/Systems/1', body: { AssetTag: 'x' } },
  sendIpmi: { netFn: 6, cmd: 1, data: [] },
  changeSetup: { what: 'restore', policy: 'previous' },
  stopRecording: { state: 'stopped' },
  changeConsole: { capture: 'always' },
  createAlertRule: { name: 'silent', range: '*', condition: { kind: 'silent', forSeconds: 60 }, level: 'warning' },
  changeAlertRule: { level: 'critical' },
  createReceiver: { kind: 'slack', name: 'slack', language: 'en', url: 'https://hooks.slack.com/services/x' },
  changeReceiver: { name: 'x' },
  createSilence: { range: 'n1', reason: 'r', until: new Date(Date.now() + 3_600_000).toISOString() },
  beginMaintenance: { names: ['n1'], reason: 'r' },
  endMaintenance: { names: ['n1'] },
  createToken: { name: 'made', role: 'viewer' },
  createOwnToken: { label: 'laptop' },
  changeUser: { role: 'viewer' },
  createInvitation: { role: 'viewer' },
  lookInvitation: { token: 'x'.repeat(43) },
  acceptInvitation: { token: 'x'.repeat(43), name: 'someone', password: 'long enough a password' },
  claim: { token: 'x'.repeat(43), name: 'someone', password: 'long enough a password' },
  createImage: { name: 'rocky.iso', bytes: 1 },
  fetchImage: { url: 'https://boot.netboot.xyz/ipxe/netboot.xyz.iso' },
  changeImageLimits: { reservePercent: 20 },
  changeImageServing: { mediaAddress: '10.4.0.2' },
  changeSettings: { networks: ['10.4.0.0/16'] },
}

/** `scoped`: a token of an administrator that is held to reading. */
type Caller = 'none' | 'viewer' | 'operator' | 'admin' | 'scoped' | 'revoked' | 'expired' | 'disabled' | 'garbage'
const callers: Caller[] = ['none', 'viewer', 'operator', 'admin', 'scoped', 'revoked', 'expired', 'disabled', 'garbage']
const headersOf = {} as Record<Caller, Record<string, string>>

const rank: Record<Role, number> = { viewer: 0, operator: 1, admin: 2 }

/** What a route must answer a caller with before it does anything: 401, 403, or null for «let in». */
function denial({ access }: Route, caller: Caller): 401 | 403 | null {
  if (access === 'anyone') return null
  if (!(caller in rank) && caller !== 'scoped') return 401
  // Those who are let in here come with tokens.
  if (access === 'person') return 403
  if (caller === 'scoped') return access === 'signed-in' || access === 'read' ? null : 403
  return access === 'signed-in' || rank[caller as Role] >= rank[actions[access]] ? null : 403
}

const tricks: [string, Record<string, string>, string][] = [
  ['as it is', {}, ''],
  ['x-middleware-subrequest', { 'x-middleware-subrequest': 'middleware:middleware:middleware:middleware:middleware', 'x-middleware-rewrite': '/' }, ''],
  ['x-nextjs', { 'x-nextjs-data': '1', 'x-matched-path': '/sign-in', 'x-invoke-path': '/sign-in', 'x-now-route-matches': '1' }, ''],
  ['rsc', { rsc: '1', 'next-router-prefetch': '1', 'next-router-state-tree': '%5B%5D', 'next-action': 'x' }, ''],
  ['another user', { 'x-user': 'admin', 'x-forwarded-user': 'admin', 'x-remote-user': 'admin' }, ''],
  ['nxtP', {}, '?nxtPname=n1&__nextLocale=en'],
]

const ask = (id: RouteId, caller: Caller, extra: Record<string, string>, query: string) => {
  const route: Route = routes[id]
  const request: Call = { method: route.method, headers: { ...headersOf[caller], ...extra } }
  if (route.body !== undefined) request.body = bodies[id]
  const aborted = new AbortController()
  const answer = call(`${pathOf(route)}${query}`, { ...request, signal: aborted.signal })
  return id === 'stream' ? answer.finally(() => aborted.abort()) : answer
}

beforeAll(async () => {
  const revoked = await createApiToken('revoked', 'admin')
  await prisma().apiToken.updateMany({ where: { name: 'revoked' }, data: { revokedAt: new Date() } })
  const expired = await createApiToken('expired', 'admin', { expiresAt: new Date(Date.now() - 1_000) })
  headersOf.scoped = bearer(await createApiToken('scoped', 'admin', { scopes: [] }))
  headersOf.expired = bearer(expired)
  const id = await addUser('gone', 'admin')
  const { cookie } = await signIn('gone')
  headersOf.none = {}
  for (const role of ['viewer', 'operator', 'admin'] as const) headersOf[role] = bearer(tokens[role])
  headersOf.revoked = bearer(revoked)
  headersOf.garbage = bearer(`bb_${'A'.repeat(43)}`)
  headersOf.disabled = { cookie, ...sameOrigin }
  expect((await call('/api/me', { headers: headersOf.disabled })).status).toBe(200)
  await prisma().user.update({ where: { id }, data: { disabled: true } })
  expect((await addNode(tokens.admin, 'n1')).status).toBe(201)
})

describe('every route', () => {
  const ours = routeIds.filter((id) => !routes[id].path.startsWith('/api/auth/'))

  it.each(ours.filter((id) => (routes[id] as Route).body !== undefined))('%s has a body to try', (id) => {
    expect(bodies[id]).toBeDefined()
  })

  describe.each(tricks)('%s', (_, headers, query) => {
    it.each(ours)('%s', async (id) => {
      for (const caller of callers) {
        const expected = denial(routes[id], caller)
        // What a query must not hold is refused before anybody's scopes are looked at.
        if (expected === null || (caller === 'scoped' && query !== '' && 'query' in routes[id])) continue
        const answer = await ask(id, caller, headers, query)
        expect([caller, answer.status]).toEqual([caller, expected])
        expect(await answer.json()).toMatchObject({ code: expected === 403 ? 'forbidden' : caller === 'revoked' || caller === 'expired' ? `token-${caller}` : 'signed-out' })
      }
    })
  })

  it.each(ours)('%s lets in whom it should', async (id) => {
    // Removing comes last in `routes` of a path, and ids are nobody's: what is let in answers 2xx, 4xx for the input, never 401, 403, 405 or 500.
    for (const caller of callers.filter((one) => denial(routes[id], one) === null && one in rank)) {
      if (id === 'removeNode') continue
      const { status } = await ask(id, caller, {}, '')
      expect([401, 403, 405, 500, 501]).not.toContain(status)
    }
  })

  it('changed nothing for those it denied', async () => {
    const names = (await prisma().node.findMany({ select: { name: true } })).map((node) => node.name)
    expect(names.sort()).toEqual(['n1', 'n9'])
    const refused = await prisma().audit.count({ where: { outcome: 'refused', actor: 'viewer', action: 'power' } })
    expect(refused).toBe(tricks.length)
  })
})

describe('where a request comes from (checklist 27)', () => {
  const power = { kind: 'power', action: 'On', nodes: ['n1'] }
  const count = () => prisma().operation.count()
  let cookie = ''
  beforeAll(async () => {
    await addUser('ada', 'admin')
    cookie = (await signIn('ada')).cookie
  })

  it.each([
    ['no Origin at all', {}],
    ['a foreign Origin', { origin: 'https://evil.example' }],
    ['an Origin that begins like ours', { origin: 'http://127.0.0.1:3000.evil.example' }],
    ['our host on another port', { origin: 'http://127.0.0.1:3001' }],
    ['our host by another scheme', { origin: 'https://127.0.0.1:3000' }],
    ['the null Origin of a sandbox', { origin: 'null' }],
    ['a cross-site fetch', { 'sec-fetch-site': 'cross-site', origin: 'http://127.0.0.1:3000' }],
    ['a sister site', { 'sec-fetch-site': 'same-site' }],
  ])('by cookie: %s is refused', async (_, headers) => {
    const before = await count()
    const answer = await call('/api/operations', { method: 'POST', headers: { cookie, ...headers }, body: power })
    expect([answer.status, await answer.json()]).toEqual([403, expect.objectContaining({ code: 'foreign-origin' })])
    expect(await count()).toBe(before)
  })

  it('by cookie: a form, and JSON sent as text, are refused', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', '']) {
      const answer = await call('/api/operations', { method: 'POST', headers: { cookie, ...sameOrigin, 'content-type': type }, text: JSON.stringify(power) })
      expect(answer.status).toBe(415)
    }
  })

  it('by cookie: our own page is let in, by Origin or by Sec-Fetch-Site', async () => {
    for (const headers of [sameOrigin, { 'sec-fetch-site': 'same-origin' }]) {
      expect((await call('/api/operations', { method: 'POST', headers: { cookie, ...headers }, body: power })).status).toBe(202)
    }
  })

  it('by token: no Origin is needed, a foreign one is refused', async () => {
    expect((await call('/api/operations', { method: 'POST', headers: bearer(tokens.operator), body: power })).status).toBe(202)
    const foreign = { ...bearer(tokens.operator), origin: 'https://evil.example' }
    expect((await call('/api/operations', { method: 'POST', headers: foreign, body: power })).status).toBe(403)
  })

  it('a wrong Authorization is not made up for by a cookie', async () => {
    expect((await call('/api/me', { headers: { cookie, authorization: 'Bearer nonsense' } })).status).toBe(401)
    expect((await call('/api/me', { headers: { cookie, authorization: 'Basic YWRhOng=' } })).status).toBe(401)
  })
})
