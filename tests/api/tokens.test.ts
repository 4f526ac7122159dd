import { beforeAll, describe, expect, it } from 'vitest'
import { me } from '#lib/api/contract.ts'
import { apiTokenList, tokenCreated, type ApiToken } from '#lib/api/tokens-contract.ts'
import { createApiToken } from '#lib/auth/api-token.ts'
import { database, openDatabase, prisma, useDatabase } from '#lib/db/client.ts'
import { actions, type Action } from '#lib/domain/permission.ts'
import { scope } from '#lib/domain/scope.ts'
import { scopeOf, type Scope } from '#lib/domain/scope-rules.ts'
import { withDatabase } from '../database.ts'
import { addNode, addUser, bearer, call, sameOrigin, signIn, withSite } from './fixture.ts'

const test = withDatabase()
const { tokens } = withSite()
let cookie = ''

beforeAll(async () => {
  await addNode(tokens.admin, 'n1')
  await addUser('olga', 'operator')
  await addUser('root', 'admin')
  cookie = (await signIn('olga')).cookie
  // Under the role of web, so that a missing right shows here.
  const owner = database()
  const web = openDatabase((await test.roles()).web)
  useDatabase(web)
  return async () => {
    useDatabase(owner)
    await web.close()
  }
})

const ask = async (method: string, path: string, body?: unknown, headers: Record<string, string> = bearer(tokens.admin)) => call(path, { method, headers, ...(body === undefined ? {} : { body }) })
const said = async (answer: Response) => [answer.status, ((await answer.json()) as { code: string }).code]
const list = async (path = '/api/tokens', headers?: Record<string, string>): Promise<ApiToken[]> => apiTokenList.parse(await (await ask('GET', path, undefined, headers)).json()).tokens
const asOlga = () => ({ cookie, ...sameOrigin })
const make = async (body: object, headers?: Record<string, string>) => tokenCreated.parse(await (await ask('POST', '/api/tokens', body, headers)).json())
const power = { kind: 'power', action: 'On', nodes: ['n1'] }
const inDays = (at: string | null) => (at === null ? null : Math.round((Date.parse(at) - Date.now()) / 86_400_000))

describe('a token of the site', () => {
  it('is made by an administrator, ends in a year, is shown once, and stands in the audit', async () => {
    const made = await make({ name: 'ci', role: 'operator', scopes: ['power', 'power'] })
    expect(made).toMatchObject({ name: 'ci', token: expect.stringMatching(/^bb_[\w-]{43}$/) })
    const listed = await (await ask('GET', '/api/tokens')).text()
    expect(listed).not.toContain(made.token)
    const one = (await list()).find(({ name }) => name === 'ci')
    expect(one).toMatchObject({ role: 'operator', scopes: ['power'], owner: null, createdBy: 'admin', lastUsedAt: null, lastUsedIp: null, dead: null })
    expect(inDays(one!.expiresAt)).toBe(365)
    const row = await prisma().audit.findFirstOrThrow({ where: { action: 'token-create', actor: 'admin' } })
    expect(JSON.parse(row.body)).toMatchObject({ target: 'ci', detail: { role: 'operator', scopes: ['power'], expiresAt: one!.expiresAt, isPersonal: false } })
    expect(await said(await ask('POST', '/api/tokens', { name: 'ci', role: 'viewer' }))).toEqual([409, 'name-taken'])
  })

  it('lives as long as was said, or for ever', async () => {
    expect(inDays((await make({ name: 'month', role: 'viewer', expiresInDays: 30 })).expiresAt)).toBe(30)
    expect((await make({ name: 'ever', role: 'viewer', expiresInDays: null })).expiresAt).toBeNull()
    for (const expiresInDays of [0, -1, 1.5, 3651, '30']) expect((await ask('POST', '/api/tokens', { name: 'bad', role: 'viewer', expiresInDays })).status).toBe(400)
  })

  it('tells when and from where it was used last', async () => {
    const { token } = await make({ name: 'used', role: 'viewer' })
    await call('/api/nodes', { headers: bearer(token), ip: '192.0.2.55' })
    expect((await list()).find(({ name }) => name === 'used')).toMatchObject({ lastUsedAt: expect.stringMatching(/Z$/), lastUsedIp: '192.0.2.55' })
  })
})

describe('a token that is held to scopes', () => {
  it('may what its scopes hold and its role allows, and reads', async () => {
    const { token } = await make({ name: 'powers', role: 'operator', scopes: ['power'] })
    expect(me.parse(await (await ask('GET', '/api/me', undefined, bearer(token))).json())).toEqual({ name: 'powers', role: 'operator', kind: 'token', scopes: ['power'] })
    expect((await ask('GET', '/api/nodes', undefined, bearer(token))).status).toBe(200)
    expect((await ask('POST', '/api/operations', power, bearer(token))).status).toBe(202)
    const answer = await ask('GET', '/api/audit', undefined, bearer(token))
    expect([answer.status, await answer.json()]).toEqual([403, { code: 'forbidden', message: 'this token may not do this: it needs the scope audit' }])
    const row = await prisma().audit.findFirstOrThrow({ where: { actor: 'powers', outcome: 'refused' } })
    expect(JSON.parse(row.body)).toMatchObject({ detail: { role: 'operator', scopes: ['power'] } })
  })

  it('is not lifted above its role by a scope', async () => {
    const { token } = await make({ name: 'weak', role: 'viewer', scopes: ['power', 'people'] })
    expect(await said(await ask('POST', '/api/operations', power, bearer(token)))).toEqual([403, 'forbidden'])
    expect(await said(await ask('GET', '/api/users', undefined, bearer(token)))).toEqual([403, 'forbidden'])
  })

  it('makes none that may do more than itself', async () => {
    const { token } = await make({ name: 'maker', role: 'admin', scopes: ['people', 'power'] })
    const makes = async (body: object) => (await ask('POST', '/api/tokens', { name: `m${Math.random()}`, ...body }, bearer(token))).status
    expect(await makes({ role: 'admin' })).toBe(403)
    expect(await makes({ role: 'viewer' })).toBe(403)
    expect(await makes({ role: 'admin', scopes: ['nodes'] })).toBe(403)
    expect(await makes({ role: 'admin', scopes: ['power'] })).toBe(201)
    expect(await prisma().audit.count({ where: { actor: 'maker', action: 'token-create', outcome: 'refused' } })).toBe(3)
  })

  it('every action but reading has one scope, which some role can use', () => {
    for (const action of Object.keys(actions) as Action[]) expect(scopeOf[action] === null).toBe(action === 'read')
    expect(new Set(Object.values(scopeOf).filter((one): one is Scope => one !== null))).toEqual(new Set(scope.options))
  })
})

describe('a token that is dead', () => {
  it('is told why, and the audit once', async () => {
    const revoked = await make({ name: 'revoked', role: 'operator' })
    await ask('DELETE', `/api/tokens/${revoked.id}`)
    const expired = await createApiToken('expired', 'operator', { expiresAt: new Date('2026-01-02T03:04:05Z') })
    for (const [token, code, words] of [[revoked.token, 'token-revoked', 'was revoked'], [expired, 'token-expired', 'expired on 2026-01-02 03:04 UTC']] as const) {
      for (let n = 0; n < 3; n += 1) {
        const answer = await ask('POST', '/api/operations', power, bearer(token))
        expect([answer.status, await answer.json()]).toEqual([401, { code, message: expect.stringContaining(words) }])
      }
    }
    for (const actor of ['revoked', 'expired']) expect(await prisma().audit.count({ where: { actor, action: 'token-use', outcome: 'refused' } })).toBe(1)
    expect((await list()).find(({ name }) => name === 'expired')).toMatchObject({ dead: 'expired' })
    expect((await list()).some(({ name }) => name === 'revoked')).toBe(false)
  })

  it('leaves its name to another', async () => {
    expect((await ask('POST', '/api/tokens', { name: 'expired', role: 'viewer' })).status).toBe(201)
  })
})

describe('one’s own token', () => {
  it('is made by a person, for less than they may, and is theirs alone', async () => {
    const made = tokenCreated.parse(await (await ask('POST', '/api/me/tokens', { label: 'laptop', scopes: ['console'], expiresInDays: 30 }, asOlga())).json())
    expect(made.name).toBe('olga@laptop')
    expect(await list('/api/me/tokens', asOlga())).toMatchObject([{ name: 'olga@laptop', role: 'operator', scopes: ['console'], owner: 'olga', createdBy: 'olga' }])
    expect(await said(await ask('POST', '/api/me/tokens', { label: 'up', role: 'admin' }, asOlga()))).toEqual([403, 'forbidden'])
    expect(await said(await ask('POST', '/api/me/tokens', { label: 'a@b' }, asOlga()))).toEqual([400, 'invalid'])
    const others = (await signIn('root')).cookie
    expect((await ask('DELETE', `/api/me/tokens/${made.id}`, undefined, { cookie: others, ...sameOrigin })).status).toBe(404)
    expect((await ask('POST', '/api/me/tokens', { label: 'again' }, bearer(made.token))).status).toBe(403)
    expect((await ask('DELETE', `/api/me/tokens/${made.id}`, undefined, asOlga())).status).toBe(204)
    expect((await ask('GET', '/api/me', undefined, bearer(made.token))).status).toBe(401)
    const row = await prisma().audit.findFirstOrThrow({ where: { actor: 'olga', action: 'token-revoke' } })
    expect(JSON.parse(row.body)).toMatchObject({ target: 'olga@laptop', outcome: 'ok', actorKind: 'person' })
  })

  it('loses what its owner loses, at once', async () => {
    const { token } = tokenCreated.parse(await (await ask('POST', '/api/me/tokens', { label: 'desk' }, asOlga())).json())
    expect((await ask('POST', '/api/operations', power, bearer(token))).status).toBe(202)
    const id = (await prisma().user.findUniqueOrThrow({ where: { name: 'olga' } })).id
    const mayOperate = async () => (await test.db.pool.query(`SELECT operation_may('token', (SELECT id::text FROM "ApiToken" WHERE name = 'olga@desk'), '{operator,admin}') AS may`)).rows[0].may
    expect(await mayOperate()).toBe(true)
    await ask('PATCH', `/api/users/${id}`, { role: 'viewer' })
    expect(await said(await ask('POST', '/api/operations', power, bearer(token)))).toEqual([403, 'forbidden'])
    expect(await mayOperate()).toBe(false)
    await ask('PATCH', `/api/users/${id}`, { role: 'operator', disabled: true })
    expect(await said(await ask('GET', '/api/nodes', undefined, bearer(token)))).toEqual([401, 'token-disabled'])
    expect(await mayOperate()).toBe(false)
  })
})
