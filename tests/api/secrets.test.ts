import { beforeAll, describe, expect, it, vi } from 'vitest'
import { routes, type Route } from '#lib/api/routes.ts'
import { prisma } from '#lib/db/client.ts'
import { withDatabase } from '../database.ts'
import { addNode, addUser, bearer, call, password, signIn, withSite } from './fixture.ts'

/** checklist 26, 32, 44: what must never be answered or logged is put into every place that keeps a secret, and looked for. */

const test = withDatabase()
const { tokens } = withSite()

const canaries = ['canary-bmc-password', 'canary-kg', 'canary-share-password', 'canary-sealed', 'canary-hash', 'canary-token-hash', 'canary-cookie-secret', 'canary-webhook-token', 'canary-signing', 'canary-smtp-password', 'canary-signature', password]
const encodings = (text: string) => [text, Buffer.from(text).toString('base64').replace(/=+$/, ''), Buffer.from(text).toString('hex'), encodeURIComponent(text)]
const leaks = (text: string) => canaries.filter((canary) => encodings(canary).some((form) => text.includes(form)))

const ids: Record<string, string> = {}
const logged: string[] = []
let adas = ''
/** What cannot be asked without a query. */
const needed: Record<string, string> = { '/api/schedules/times': '?cron=0+3+*+*+*&timeZone=UTC' }

beforeAll(async () => {
  for (const level of ['log', 'info', 'warn', 'error'] as const) vi.spyOn(console, level).mockImplementation((...args) => void logged.push(args.map(String).join(' ')))
  await addNode(tokens.admin, 'n1')
  const node = await prisma().node.findUniqueOrThrow({ where: { name: 'n1' } })
  const sealed = Uint8Array.from(Buffer.from('canary-sealed'))
  await prisma().credential.create({ data: { nodeId: node.id, username: 'ADMIN', sealed, kg: sealed, kgAt: new Date() } })
  ids['user'] = await addUser('ada', 'admin')
  adas = (await signIn('ada')).cookie
  await signIn('ada', 'canary-hash')
  await prisma().user.create({ data: { name: 'eve', role: 'viewer', passwordHash: 'canary-hash' } })
  await prisma().invitation.create({ data: { kind: 'invite', tokenHash: 'canary-token-hash', role: 'viewer', createdBy: 'ada', expiresAt: new Date(Date.now() + 1e6) } })
  await prisma().setting.upsert({ where: { key: 'web' }, create: { key: 'web', value: {} }, update: { value: { cookieSecret: 'canary-cookie-secret' } } })
  const fetched = { url: 'https://boot.netboot.xyz/netboot.iso?X-Amz-Signature=canary-signature' }
  ids['image'] = ((await (await call('/api/images/fetches', { method: 'POST', headers: bearer(tokens.admin), body: fetched })).json()) as { id: string }).id
  const probe = await call('/api/probes', { method: 'POST', headers: bearer(tokens.admin), body: { address: '10.4.0.3', username: 'u', password: 'canary-bmc-password' } })
  ids['probe'] = ((await probe.json()) as { id: string }).id
  const scan = await call('/api/scans', { method: 'POST', headers: bearer(tokens.admin), body: { ranges: '10.4.0.1-3' } })
  ids['scan'] = ((await scan.json()) as { id: string }).id
  const operation = await call('/api/operations', { method: 'POST', headers: bearer(tokens.admin), body: { kind: 'power', action: 'On', nodes: ['n1'] } })
  ids['operation'] = ((await operation.json()) as { id: string }).id
  const mount = { kind: 'media', action: 'MountImage', nodes: ['n1'], share: 'cifs://10.0.0.5/isos/x.iso', shareUser: 'installer', sharePassword: 'canary-share-password' }
  expect((await call('/api/operations', { method: 'POST', headers: bearer(tokens.admin), body: mount })).status).toBe(202)
  const event = await test.db.pool.query<{ id: string }>(
    `INSERT INTO "LogEntry" ("nodeId", protocol, "firstSeenAt", "shownAt", key, source, "sourceId", level, text)
    VALUES ($1, 'ipmi', now(), now(), 'SEL 1', 'SEL', '1', 'ok', 'System restart') RETURNING id`,
    [node.id],
  )
  ids['event'] = event.rows[0]!.id
  const { id: byId } = await prisma().apiToken.findUniqueOrThrow({ where: { name: 'admin' } })
  const asked = { nodeId: node.id, path: '/redfish/v1/', body: 'canary-bmc-password', state: 'done', by: 'admin', byId, byKind: 'token' }
  for (const [door, method] of [['redfish', 'PATCH'], ['ipmi', 'IPMI'], ['setup', 'SET']] as const) {
    ids[door] = (await prisma().rawRequest.create({ data: { ...asked, method } })).id
  }
  const budget = { name: 'rack 7', range: 'n1', capWatts: 1_000 }
  ids['budget'] = ((await (await call('/api/budgets', { method: 'POST', headers: bearer(tokens.admin), body: budget })).json()) as { id: string }).id
  await prisma().recording.create({ data: { nodeId: node.id, state: 'done', by: 'admin', byKind: 'token', file: Buffer.from('masked') } })
  const hook = { kind: 'json', name: 'hook', language: 'en', url: 'https://hooks.example.org/canary-webhook-token?t=canary-webhook-token', secret: 'canary-signing' }
  const server = { host: 'mail.example.org', port: 465, security: 'tls', username: 'u', from: 'a@example.org', to: ['b@example.org'] }
  for (const body of [hook, { kind: 'email', name: 'mail', language: 'en', mail: server, password: 'canary-smtp-password' }]) {
    const made = await call('/api/receivers', { method: 'POST', headers: bearer(tokens.admin), body })
    expect([made.status, leaks(await made.text())]).toEqual([201, []])
  }
  const [hookRow] = await prisma().receiver.findMany({ where: { name: 'hook' } })
  await prisma().receiverSecret.create({ data: { receiverId: hookRow!.id, sealed } })
  const changed = await call(`/api/receivers/${hookRow!.id}`, { method: 'PATCH', headers: bearer(tokens.admin), body: { url: 'https://hooks.example.org/canary-webhook-token', secret: 'canary-signing' } })
  expect([changed.status, leaks(await changed.text())]).toEqual([200, []])
  expect(leaks(JSON.stringify(await prisma().receiverInbox.findMany(), (_, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value)))).toEqual([])
  await call('/api/nodes/n1', { method: 'PATCH', headers: bearer(tokens.admin), body: { bmc: { address: '10.4.0.77', password: 'canary-bmc-password', kg: 'canary-kg' } } })
})

describe('secrets', () => {
  const gets = Object.values(routes).filter((route: Route) => route.method === 'GET' && route.path !== '/api/stream' && !route.path.startsWith('/api/auth'))

  it.each(gets)('are not in GET $path', async ({ path, access }) => {
    const door = ['redfish', 'ipmi', 'setup'].find((one) => path.startsWith(`/api/nodes/{name}/${one}/`))
    const kind = ['probe', 'operation', 'event', 'scan', 'image', 'budget'].find((one) => path.startsWith(`/api/${one}s`)) ?? 'user'
    const id = ids[door ?? kind]
    const answer = await call(path.replace('{name}', 'n1').replace('{id}', id!).replace('{seq}', '3').concat(needed[path] ?? ''), { headers: access === 'person' ? { cookie: adas } : bearer(tokens.admin) })
    expect(answer.status).toBe(200)
    if (!path.includes('openapi')) expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(leaks(await answer.text())).toEqual([])
  })

  it('are not in the audit, as rows or as CSV', async () => {
    for (const query of ['?limit=1000', '?format=csv']) {
      expect(leaks(await (await call(`/api/audit${query}`, { headers: bearer(tokens.admin) })).text())).toEqual([])
    }
  })

  it('are not in an error, nor in what is logged of it', async () => {
    // A fault in the middle of a write that carries the password: the table it writes to is gone.
    await test.db.pool.query(`ALTER TABLE "CredentialInbox" RENAME TO "Away"; ALTER TABLE "ReceiverInbox" RENAME TO "AwayToo"`)
    const answer = await call('/api/nodes', {
      method: 'POST',
      headers: bearer(tokens.admin),
      body: { name: 'n2', bmc: { address: '10.4.0.78', protocol: 'ipmi', username: 'u', password: 'canary-bmc-passwor' } },
    })
    const hook = { kind: 'json', name: 'lost', language: 'en', url: 'https://hooks.example.org/canary-webhook-token', secret: 'canary-signing' }
    expect((await call('/api/receivers', { method: 'POST', headers: bearer(tokens.admin), body: hook })).status).toBe(500)
    await test.db.pool.query(`ALTER TABLE "Away" RENAME TO "CredentialInbox"; ALTER TABLE "AwayToo" RENAME TO "ReceiverInbox"`)
    expect(answer.status).toBe(500)
    expect(await answer.json()).toEqual({ code: 'fault', message: expect.stringMatching(/^something went wrong here; the log has it as [0-9a-f-]{36}$/) })
    expect(logged.some((line) => line.includes('"pathname":"/api/nodes"'))).toBe(true)
    expect(logged.join('\n')).not.toMatch(/canary/)
    expect(await prisma().node.count({ where: { name: 'n2' } })).toBe(0)
  })
})
