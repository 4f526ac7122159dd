import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createClaim } from '#lib/auth/links.ts'
import { openDatabase, prisma, useDatabase, type Database } from '#lib/db/client.ts'
import { withDatabase } from '../database.ts'
import { addNode, bearer, call, password, sameOrigin, signIn, signOut, withSite } from './fixture.ts'

// Passwords of these tests are quick to check: the cost of one is the business of lib/auth/password.test.ts.
vi.mock('#lib/auth/password.ts', async (original) => {
  const actual = await original<typeof import('#lib/auth/password.ts')>()
  return { ...actual, hashPassword: (text: string) => actual.hashPassword(text, 10) }
})

/** All that web does, under the role that it has when the database is divided: what that role may not, it must not need. */

const test = withDatabase()
const { tokens } = withSite()

let web: Database
beforeAll(async () => {
  web = openDatabase((await test.roles()).web)
  useDatabase(web)
})
afterAll(async () => {
  useDatabase(test.db)
  await web.close()
})

const admin = () => bearer(tokens.admin)
const statusOf = async (path: string, method = 'GET', body?: unknown, headers = admin()) => (await call(path, { method, headers, body })).status

describe('as its own database role, web', () => {
  it('signs people in and out, and manages them', async () => {
    const { token } = (await createClaim())!
    expect(await statusOf('/api/claim', 'POST', { token, name: 'ada', password })).toBe(201)
    const { cookie, answer } = await signIn('ada')
    expect(answer.status).toBe(200)
    expect((await call('/api/me', { headers: { cookie } })).status).toBe(200)
    const made = (await (await call('/api/invitations', { method: 'POST', headers: { cookie, ...sameOrigin }, body: { role: 'viewer' } })).json()) as { url: string }
    expect(await statusOf('/api/invitations/accept', 'POST', { token: made.url.split('#')[1], name: 'eve', password })).toBe(201)
    const { users } = (await (await call('/api/users', { headers: admin() })).json()) as { users: { id: string; name: string }[] }
    const eve = users.find(({ name }) => name === 'eve')!
    expect(await statusOf(`/api/users/${eve.id}`, 'PATCH', { role: 'operator', disabled: true })).toBe(200)
    expect(await statusOf(`/api/users/${eve.id}/reset`, 'POST')).toBe(201)
    expect(await statusOf('/api/invitations')).toBe(200)
    expect((await signOut(cookie)).status).toBe(200)
  })

  it('adds, changes, lists and removes nodes, and asks for probes and operations', async () => {
    expect((await addNode(tokens.admin, 'n1')).status).toBe(201)
    expect(await statusOf('/api/nodes/n1', 'PATCH', { tags: ['x'], bmc: { address: '10.4.0.8', password: 'again' } })).toBe(200)
    expect(await statusOf('/api/nodes/n1', 'PATCH', { bmc: { pin: null } })).toBe(200)
    expect(await statusOf('/api/nodes', 'PATCH', { range: '*', addGroups: ['a'], attributes: { os: 'x' } })).toBe(200)
    expect(await statusOf('/api/node-ranges', 'POST', { names: 'm[1-3]', address: '10.4.8.[1-3]', username: 'u', password: 'p' })).toBe(200)
    expect(await statusOf('/api/node-imports', 'POST', { csv: 'name,address,password\nm1,10.4.8.9,p\nm2,10.4.8.2,' })).toBe(200)
    for (const path of ['/api/node-exports', '/api/node-exports?format=csv', '/api/nodes', '/api/nodes?range=*', '/api/node-names', '/api/groups', '/api/nodes/n1', '/api/nodes/n1/sensors', '/api/nodes/n1/readings', '/api/audit', '/api/audit?format=csv', '/api/audit/checkpoint', '/api/audit/1', '/api/audit?format=jsonl', '/api/audit?q=n1', '/api/events', '/api/events?q=fan', '/api/nodes/n1/events', '/api/nodes/n1/inventory', '/api/nodes/n1/bios', '/api/nodes/n1/media', '/api/inventory', '/api/health', '/api/tokens', '/api/settings']) {
      expect([path, await statusOf(path)]).toEqual([path, 200])
    }
    const scan = (await (await call('/api/scans', { method: 'POST', headers: admin(), body: { ranges: '10.4.0.1-3' } })).json()) as { id: string }
    expect([await statusOf('/api/scans'), await statusOf(`/api/scans/${scan.id}`), await statusOf(`/api/scans/${scan.id}`, 'PATCH', { state: 'stopped' })]).toEqual([200, 200, 200])
    const probe = (await (await call('/api/probes', { method: 'POST', headers: admin(), body: { node: 'n1' } })).json()) as { id: string }
    expect(await statusOf(`/api/probes/${probe.id}`)).toBe(200)
    const asked = await call('/api/operations', { method: 'POST', headers: bearer(tokens.operator), body: { kind: 'power', action: 'On', nodes: ['n1'] } })
    const { id } = (await asked.json()) as { id: string }
    for (const path of ['/api/operations', '/api/operations?node=n1', `/api/operations/${id}`, `/api/operations/${id}/steps`]) expect(await statusOf(path)).toBe(200)
    for (const turn of ['hold', 'continue', 'abort']) expect(await statusOf(`/api/operations/${id}/${turn}`, 'POST')).toBe(200)
    expect(await statusOf(`/api/operations/${id}/retry`, 'POST', { states: ['aborted'] })).toBe(409)
    expect(await statusOf('/api/nodes/n1', 'DELETE')).toBe(204)
    expect(await statusOf('/api/settings', 'PATCH', { networks: ['10.4.0.0/16'] })).toBe(200)
  })

  it('cannot read what is sealed, change the audit, or set the key that passwords are sealed to (checklist 45, 46)', async () => {
    for (const sql of [
      'SELECT "sealed" FROM "Credential"',
      'SELECT "sealed" FROM "CredentialInbox"',
      'SELECT "sealed" FROM "Probe"',
      'SELECT "cursor" FROM "LogCursor"',
      'UPDATE "LogEntry" SET "cleared" = true',
      'DELETE FROM "LogEntry"',
      'DELETE FROM "Inventory"',
      'UPDATE "Audit" SET "body" = \'{}\'',
      'DELETE FROM "Audit"',
      'TRUNCATE "Audit"',
      'UPDATE "Node" SET "ownerId" = NULL',
      'UPDATE "Step" SET "state" = \'queued\'',
    ]) {
      await expect(web.pool.query(sql), sql).rejects.toMatchObject({ code: '42501' })
    }
    const { count } = await prisma().setting.updateMany({ where: { key: 'vault' }, data: { value: {} } })
    expect(count).toBe(0)
  })
})
