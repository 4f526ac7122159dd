import { beforeAll, describe, expect, it, vi } from 'vitest'
import { createClaim } from '#lib/auth/links.ts'
import { prisma } from '#lib/db/client.ts'
import { withDatabase } from '../database.ts'
import { bearer, call, password, signIn, withSite } from './fixture.ts'

// Passwords of these tests are quick to check: the cost of one is the business of lib/auth/password.test.ts.
vi.mock('#lib/auth/password.ts', async (original) => {
  const actual = await original<typeof import('#lib/auth/password.ts')>()
  return { ...actual, hashPassword: (text: string) => actual.hashPassword(text, 10) }
})

withDatabase()
const { tokens } = withSite()

const post = (path: string, body: unknown, headers: Record<string, string> = {}) => call(path, { method: 'POST', body, headers })
const admin = () => bearer(tokens.admin)
const tokenIn = (url: string) => url.split('#')[1]!
const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code

describe('the claim (checklist 36)', () => {
  it('works once: of ten at the same moment one wins', async () => {
    const { token } = (await createClaim())!
    expect(await (await post('/api/invitations/look', { token })).json()).toEqual({ kind: 'claim', role: 'admin', user: null, networksNeeded: false })
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => post('/api/claim', { token, name: `first${n}`, password })))
    const won = answers.filter(({ status }) => status === 201)
    expect(won.length).toBe(1)
    expect(await prisma().user.count()).toBe(1)
    for (const answer of answers.filter((one) => one !== won[0])) expect(['link-used', 'claimed', 'busy']).toContain(await codeOf(answer))
    expect(await createClaim()).toBeNull()
    expect(await codeOf(await post('/api/claim', { token, name: 'again', password }))).toBe('link-used')
  })

  it('expires, and a newer link takes the place of an older one', async () => {
    await prisma().user.deleteMany()
    const first = (await createClaim())!
    const second = (await createClaim())!
    expect(await codeOf(await post('/api/claim', { token: first.token, name: 'late', password }))).toBe('link-unknown')
    expect(second.expiresAt.getTime() - Date.now()).toBeLessThanOrEqual(3_600_000)
    await prisma().invitation.updateMany({ where: { id: second.id }, data: { expiresAt: new Date(Date.now() - 1) } })
    expect(await codeOf(await post('/api/claim', { token: second.token, name: 'late', password }))).toBe('link-expired')
  })

  it('sets the networks when nobody has, and refuses nonsense before the link is used', async () => {
    await prisma().setting.deleteMany({ where: { key: 'networks' } })
    const { token } = (await createClaim())!
    expect(await (await post('/api/invitations/look', { token })).json()).toMatchObject({ networksNeeded: true })
    const refused = await post('/api/claim', { token, name: 'root-of-all', password, networks: ['10.4.0.0/16', 'nonsense'] })
    expect([refused.status, await refused.json()]).toEqual([400, expect.objectContaining({ code: 'invalid', field: 'networks' })])
    expect((await post('/api/claim', { token, name: 'root-of-all', password, networks: ['10.4.0.0/16'] })).status).toBe(201)
    expect(await (await call('/api/settings', { headers: admin() })).json()).toEqual({ networks: ['10.4.0.0/16'], networksFromEnvironment: false, commandsPerSecond: 500, installsAtOnce: 8 })
  })
})

describe('invitations and resets', () => {
  let rootId = ''
  beforeAll(async () => {
    rootId = (await prisma().user.findUniqueOrThrow({ where: { name: 'root-of-all' } })).id
  })

  it('invite a person in a role, once', async () => {
    const { url, expiresAt } = (await (await post('/api/invitations', { role: 'operator' }, admin())).json()) as { url: string; expiresAt: string }
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:3000\/invite#[A-Za-z0-9_-]{43}$/)
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(86_400_000)
    const listed = await (await call('/api/invitations', { headers: admin() })).text()
    expect(listed).not.toContain(tokenIn(url))
    const joined = await post('/api/invitations/accept', { token: tokenIn(url), name: 'olga', password })
    expect([joined.status, await joined.json()]).toEqual([201, { name: 'olga', role: 'operator', kind: 'person', scopes: null }])
    expect(await codeOf(await post('/api/invitations/accept', { token: tokenIn(url), name: 'oleg', password }))).toBe('link-used')
    expect((await signIn('olga')).answer.status).toBe(200)
  })

  it('can be taken back, and need a name that is free', async () => {
    const { url } = (await (await post('/api/invitations', { role: 'viewer' }, admin())).json()) as { url: string }
    expect(await codeOf(await post('/api/invitations/accept', { token: tokenIn(url), name: 'olga', password }))).toBe('name-taken')
    expect(await codeOf(await post('/api/invitations/accept', { token: tokenIn(url), password }))).toBe('invalid')
    const { invitations } = (await (await call('/api/invitations', { headers: admin() })).json()) as { invitations: { id: string }[] }
    for (const { id } of invitations) expect((await call(`/api/invitations/${id}`, { method: 'DELETE', headers: admin() })).status).toBe(204)
    expect(await codeOf(await post('/api/invitations/accept', { token: tokenIn(url), name: 'vera', password }))).toBe('link-unknown')
  })

  it('reset a password: the old one and every session are over', async () => {
    const { cookie } = await signIn('olga')
    const { id } = await prisma().user.findUniqueOrThrow({ where: { name: 'olga' } })
    const { url } = (await (await call(`/api/users/${id}/reset`, { method: 'POST', headers: admin() })).json()) as { url: string }
    expect(await (await post('/api/invitations/look', { token: tokenIn(url) })).json()).toMatchObject({ kind: 'reset', user: 'olga' })
    const used = await post('/api/invitations/accept', { token: tokenIn(url), password: 'another long password' })
    expect(await used.json()).toEqual({ name: 'olga', role: 'operator', kind: 'person', scopes: null })
    expect((await call('/api/me', { headers: { cookie } })).status).toBe(401)
    expect((await signIn('olga')).answer.status).toBe(401)
    expect((await signIn('olga', 'another long password')).answer.status).toBe(200)
  })

  it('a claim link is no invitation, and an invitation no claim', async () => {
    const { url } = (await (await post('/api/invitations', { role: 'viewer' }, admin())).json()) as { url: string }
    expect(await codeOf(await post('/api/claim', { token: tokenIn(url), name: 'sly', password }))).toBe('link-unknown')
    expect((await post('/api/invitations/look', { token: tokenIn(url) })).status).toBe(200)
  })

  it('keep the last administrator, whoever asks and however many at once', async () => {
    const patch = (id: string, body: unknown) => call(`/api/users/${id}`, { method: 'PATCH', headers: admin(), body })
    expect(await codeOf(await patch(rootId, { role: 'viewer' }))).toBe('last-administrator')
    expect(await codeOf(await patch(rootId, { disabled: true }))).toBe('last-administrator')
    const { id: olgaId } = await prisma().user.findUniqueOrThrow({ where: { name: 'olga' } })
    expect((await patch(olgaId, { role: 'admin' })).status).toBe(200)
    const both = await Promise.all([patch(rootId, { role: 'viewer' }), patch(olgaId, { role: 'viewer' })])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(await prisma().user.count({ where: { role: 'admin', disabled: false } })).toBe(1)
    expect(await prisma().audit.count({ where: { action: 'user-change', outcome: 'refused' } })).toBe(3)
  })

  it('let nobody disable themselves', async () => {
    await prisma().user.updateMany({ data: { role: 'admin' } })
    const { cookie } = await signIn('olga', 'another long password')
    const { id } = await prisma().user.findUniqueOrThrow({ where: { name: 'olga' } })
    const answer = await call(`/api/users/${id}`, { method: 'PATCH', headers: { cookie, origin: 'http://127.0.0.1:3000' }, body: { disabled: true } })
    expect([answer.status, await codeOf(answer)]).toEqual([409, 'yourself'])
  })

  it('a revoked token works no more, and its name is free', async () => {
    const { tokens: listed } = (await (await call('/api/tokens', { headers: admin() })).json()) as { tokens: { id: string; name: string }[] }
    const viewer = listed.find(({ name }) => name === 'viewer')!
    expect((await call('/api/me', { headers: bearer(tokens.viewer) })).status).toBe(200)
    expect((await call(`/api/tokens/${viewer.id}`, { method: 'DELETE', headers: admin() })).status).toBe(204)
    expect((await call('/api/me', { headers: bearer(tokens.viewer) })).status).toBe(401)
  })
})
