import { beforeAll, describe, expect, it } from 'vitest'
import { routes, type Route } from '#lib/api/routes.ts'
import { Prisma } from '#gen/prisma/client.ts'
import { prisma } from '#lib/db/client.ts'
import { withDatabase } from '../database.ts'
import { addNode, addUser, bearer, call, nodeBody, withSite } from './fixture.ts'

withDatabase()
const { tokens } = withSite()
const admin = () => bearer(tokens.admin)

let userId = ''
let scanId = ''
beforeAll(async () => {
  userId = await addUser('ada', 'viewer')
  await addNode(tokens.admin, 'n1')
  scanId = ((await (await call('/api/scans', { method: 'POST', headers: admin(), body: { ranges: '10.4.0.1' } })).json()) as { id: string }).id
})

const good: [string, string, Record<string, unknown>][] = [
  ['POST', '/api/nodes', nodeBody('n2', '10.4.0.9')],
  ['PATCH', '/api/nodes/n1', { tags: ['a'] }],
  ['PATCH', '/api/nodes', { names: ['n1'], addGroups: ['a'] }],
  ['POST', '/api/node-ranges', { names: 'm[1-2]', address: '10.4.8.[1-2]', username: 'u', password: 'p' }],
  ['POST', '/api/node-imports', { nodes: [{ name: 'n1' }] }],
  ['POST', '/api/scans', { ranges: '10.4.0.1-4' }],
  ['PATCH', '/api/scans/SCAN', { state: 'stopped' }],
  ['POST', '/api/probes', { address: '10.4.0.9', username: 'u', password: 'p' }],
  ['POST', '/api/operations', { kind: 'power', action: 'On', nodes: ['n1'] }],
  ['POST', '/api/operations/ID/retry', { states: ['failed'] }],
  ['POST', '/api/schedules', { name: 'nightly', when: { cron: '0 3 * * *', timeZone: 'UTC' }, request: { kind: 'power', action: 'On', nodes: ['n1'] } }],
  ['PATCH', '/api/schedules/ID', { name: 'nightly' }],
  ['POST', '/api/nodes/n1/events/clear', { source: 'SEL' }],
  ['PATCH', '/api/nodes/n1/fans', { policy: { kind: 'automatic' } }],
  ['POST', '/api/fans', { names: ['n1'], policy: { kind: 'automatic' } }],
  ['POST', '/api/nodes/n1/console', { mode: 'watch' }],
  ['PATCH', '/api/nodes/n1/console', { capture: 'always' }],
  ['POST', '/api/nodes/n1/redfish', { path: '/redfish/v1' }],
  ['POST', '/api/nodes/n1/redfish-changes', { method: 'DELETE', path: '/redfish/v1/x' }],
  ['POST', '/api/nodes/n1/ipmi', { netFn: 6, cmd: 1, data: [] }],
  ['PATCH', '/api/nodes/n1/setup', { what: 'restore', policy: 'previous' }],
  ['PATCH', '/api/nodes/n1/recording', { state: 'stopped' }],
  ['POST', '/api/budgets', { name: 'rack 7', range: 'n1', capWatts: 1_000 }],
  ['PATCH', '/api/budgets/ID', { capWatts: 900 }],
  ['POST', '/api/budgets/ID/arm', { range: 'n1' }],
  ['POST', '/api/alert-rules', { name: 'silent', range: '*', condition: { kind: 'silent', forSeconds: 60 }, level: 'warning' }],
  ['PATCH', '/api/alert-rules/ID', { level: 'critical' }],
  ['POST', '/api/receivers', { kind: 'slack', name: 'slack', language: 'en', url: 'https://hooks.slack.com/services/x' }],
  ['PATCH', '/api/receivers/ID', { name: 'x' }],
  ['POST', '/api/silences', { range: 'n1', reason: 'r', until: new Date(Date.now() + 3_600_000).toISOString() }],
  ['POST', '/api/maintenance', { range: 'n1', reason: 'r' }],
  ['POST', '/api/maintenance/end', { range: 'n1' }],
  ['POST', '/api/tokens', { name: 'made', role: 'viewer' }],
  ['POST', '/api/me/tokens', { label: 'laptop', role: 'viewer' }],
  ['PATCH', '/api/users/ID', { role: 'operator' }],
  ['POST', '/api/invitations', { role: 'viewer' }],
  ['POST', '/api/invitations/look', { token: 'x'.repeat(43) }],
  ['POST', '/api/invitations/accept', { token: 'x'.repeat(43), name: 'eve', password: 'long enough a password' }],
  ['POST', '/api/claim', { token: 'x'.repeat(43), name: 'eve', password: 'long enough a password' }],
  ['POST', '/api/images', { name: 'rocky.iso', bytes: 8 }],
  ['POST', '/api/images/fetches', { url: 'https://boot.netboot.xyz/netboot.xyz.iso', name: 'netboot.iso' }],
  ['PATCH', '/api/images/limits', { reservePercent: 20, fetchFrom: ['boot.netboot.xyz'] }],
  ['PATCH', '/api/images/serving', { mediaAddress: '10.4.0.2' }],
  ['PATCH', '/api/settings', { networks: ['10.4.0.0/16'] }],
]

const send = (method: string, path: string, text: string) =>
  call(path.replace('ID', userId).replace('SCAN', scanId), { method, headers: { ...admin(), 'content-type': 'application/json' }, text })

const state = async () =>
  JSON.stringify([
    await prisma().node.count(),
    await prisma().operation.count(),
    await prisma().node.findMany({ select: { groups: true } }),
    await prisma().probe.count(),
    await prisma().scan.findMany({ select: { stopAsked: true } }),
    await prisma().invitation.count(),
    await prisma().alertRule.count(),
    await prisma().receiver.count(),
    await prisma().budget.count(),
    await prisma().silence.count(),
    await prisma().node.count({ where: { maintenance: { not: Prisma.DbNull } } }),
    await prisma().apiToken.count(),
    await prisma().image.count(),
    await prisma().user.findMany(),
    await prisma().setting.findMany(),
  ])

describe('bad input', () => {
  it('is tried for every route that takes a body', () => {
    const taking = Object.values(routes).filter((route: Route) => route.body !== undefined)
    expect(good.length).toBe(taking.length)
  })

  describe.each(good)('%s %s', (method, path, body) => {
    it.each(['role', 'id', 'createdBy', 'by', 'ownerId', 'passwordHash', 'constructor', 'toString', '__proto__'].filter((field) => !(field in body)))(
      'refuses the unknown field %s and changes nothing (checklist 37)',
      async (field) => {
        const before = await state()
        const text = `${JSON.stringify(body).slice(0, -1)},${JSON.stringify(field)}:"admin"}`
        const answer = await send(method, path, text)
        const said = (await answer.json()) as { code: string; message: string }
        expect([answer.status, said.code]).toEqual([400, 'invalid'])
        expect(said.message).toContain(field)
        expect(await state()).toBe(before)
      },
    )

    it('refuses wrong types, no JSON, and nothing', async () => {
      const before = await state()
      for (const field of Object.keys(body)) {
        for (const wrong of [7, null, true, [], {}, 'x\0y', 'x\ud800y']) {
          // An empty list of tags, networks or bytes is a right one, and a number where a number stands.
          if (['tags', 'networks', 'fetchFrom', 'data'].includes(field) && Array.isArray(wrong)) continue
          if (typeof body[field] === 'number' && wrong === 7) continue
          const answer = await send(method, path, JSON.stringify({ ...body, [field]: wrong }))
          expect([field, wrong, answer.status]).toEqual([field, wrong, 400])
        }
      }
      for (const text of ['', 'null', '[]', '"x"', '{', '{"a":1}}', '\u0000', '{"a":\ud800}']) {
        const answer = await send(method, path, text)
        expect([text, answer.status]).toEqual([text, 400])
        expect(await answer.json()).toMatchObject({ code: 'invalid' })
      }
      expect(await state()).toBe(before)
    })
  })

  it('names the field, also deep inside', async () => {
    const bmc = { ...nodeBody('x').bmc, ports: { redfish: 70000 } }
    expect(await (await send('POST', '/api/nodes', JSON.stringify({ name: 'x', bmc }))).json()).toMatchObject({ field: 'bmc.ports.redfish' })
    expect(await (await send('POST', '/api/nodes', JSON.stringify({ name: 'Not_A_Label', bmc: nodeBody('x').bmc }))).json()).toMatchObject({
      field: 'name',
      message: expect.stringContaining('DNS label'),
    })
    expect(await (await send('POST', '/api/probes', JSON.stringify({ address: '10.4.0.1', username: 'u' }))).json()).toMatchObject({ field: 'password' })
  })

  it('is cut off at 1 MiB, with or without a length', async () => {
    const long = JSON.stringify({ networks: ['x'.repeat(1_100_000)] })
    expect((await send('PATCH', '/api/settings', long)).status).toBe(413)
    const endless = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(new Uint8Array(65_536).fill(32)) })
    const { PATCH } = await import('../../app/api/settings/route.ts')
    const headers = { ...admin(), 'content-type': 'application/json' }
    const request = new Request('http://127.0.0.1:3000/api/settings', { method: 'PATCH', headers, body: endless, duplex: 'half' } as RequestInit)
    expect((await PATCH(request)).status).toBe(413)
  })

  it.each(['/api/nodes/N1', '/api/nodes/..%2f..', '/api/nodes/%00', '/api/nodes/a%0d%0ab', '/api/nodes/-', `/api/nodes/${'a'.repeat(64)}`, '/api/operations/1', '/api/audit/0', '/api/audit/x', '/api/audit/9999999', '/api/audit/1e3', '/api/audit/99999999999999999999', '/api/probes/%27', '/api/operations/00000000-0000-4000-8000-000000000000'])(
    '%s is not there',
    async (path) => {
      expect((await call(path, { headers: admin() })).status).toBe(404)
    },
  )

  it.each(['?before=x', `?q=${'x'.repeat(201)}`, '?format=xml', '?limit=0', '?limit=1001', '?from=yesterday', '?unknown=1', '?limit=1&limit=2', '?actor=%00', '?before=1.5', '?__proto__=1'])(
    'the audit refuses %s',
    async (query) => {
      expect((await call(`/api/audit${query}`, { headers: admin() })).status).toBe(400)
    },
  )
})

describe('markup in names', () => {
  it('is kept and given back as text', async () => {
    const tags = ['<img src=x onerror=alert(1)>', '$(id)', '`id`', "'; DROP TABLE \"Node\"; --", '\u202egnp.exe', '=1+1']
    const answer = await call('/api/nodes/n1', { method: 'PATCH', headers: admin(), body: { tags } })
    expect(((await answer.json()) as { tags: string[] }).tags).toEqual(tags)
    expect(answer.headers.get('content-type')).toBe('application/json')
  })
})
