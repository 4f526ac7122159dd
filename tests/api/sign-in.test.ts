import { beforeAll, describe, expect, it } from 'vitest'
import { absoluteMs, idleMs } from '#lib/auth/session.ts'
import { prisma } from '#lib/db/client.ts'
import { countAttempt } from '#lib/db/throttle.ts'
import { withDatabase } from '../database.ts'
import { addUser, bearer, call, password, sameOrigin, signIn, signOut, withSite } from './fixture.ts'

withDatabase()
const { tokens } = withSite()

const me = async (cookie: string) => (await call('/api/me', { headers: { cookie } })).status
let adaId = ''
beforeAll(async () => {
  adaId = await addUser('ada', 'operator')
  await addUser('gone', 'operator')
  await prisma().user.update({ where: { name: 'gone' }, data: { disabled: true } })
})

describe('signing in', () => {
  it('gives a cookie that says who asks, and writes it down', async () => {
    const { cookie, answer } = await signIn('Ada ')
    expect(answer.status).toBe(200)
    expect(await (await call('/api/me', { headers: { cookie } })).json()).toEqual({ name: 'ada', role: 'operator', kind: 'person', scopes: null })
    const flags = answer.headers.getSetCookie().find((one) => one.includes('-session='))
    expect(flags).toMatch(/^baseboard-[0-9a-f]{8}-3000-session=.*HttpOnly.*SameSite=Lax/)
    expect(await prisma().audit.count({ where: { action: 'sign-in', outcome: 'ok', actor: 'ada', ip: '192.0.2.1' } })).toBe(1)
  })

  it('answers an unknown name, a wrong password and a disabled person alike', async () => {
    const said = []
    for (const [name, typed] of [['nobody', password], ['ada', 'wrong'], ['gone', password], ['x\0y', password], ['', '']]) {
      const { answer } = await signIn(name!, typed, '192.0.2.7')
      said.push([answer.status, await answer.text()])
    }
    expect(new Set(said.map(String)).size).toBe(1)
    expect(said[0]).toEqual([401, '{"code":"wrong-credentials","message":"the user name or the password is wrong"}'])
    expect(await prisma().audit.count({ where: { action: 'sign-in', outcome: 'refused' } })).toBe(5)
  })

  it('does not put into the audit what is no user name: it may be a password', async () => {
    await signIn('My Secret Passw0rd!', 'x', '192.0.2.8')
    expect(JSON.stringify(await prisma().audit.findMany({ select: { body: true } }))).not.toMatch(/secret passw0rd/i)
  })

  it('needs the CSRF token, our own Origin and a form', async () => {
    const fields = new URLSearchParams({ csrfToken: 'x', name: 'ada', password }).toString()
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const post = (headers: Record<string, string>) => call('/api/auth/callback/credentials', { method: 'POST', headers, text: fields })
    const codes = []
    for (const headers of [{ ...form, ...sameOrigin }, form, { ...form, origin: 'https://evil.example' }, sameOrigin]) {
      codes.push(((await (await post(headers)).json()) as { code: string }).code)
    }
    expect(codes).toEqual(['csrf', 'foreign-origin', 'foreign-origin', 'not-a-form'])
  })

  it('lets nothing else of next-auth answer', async () => {
    for (const path of ['session', 'signin', 'signin/credentials', 'providers', 'error', '_log', 'verify-request', 'callback/other']) {
      for (const method of ['GET', 'POST']) expect((await call(`/api/auth/${path}`, { method, headers: sameOrigin })).status).toBe(404)
    }
  })
})

describe('a session', () => {
  it('is over with the sign-out, also for a cookie that was copied', async () => {
    const { cookie } = await signIn('ada')
    expect(await me(cookie)).toBe(200)
    expect((await signOut(cookie)).status).toBe(200)
    expect(await me(cookie)).toBe(401)
    expect(await prisma().audit.count({ where: { action: 'sign-out', actor: 'ada' } })).toBe(1)
  })

  it('is over when the person is disabled, demoted, or the idle or absolute time has passed', async () => {
    const ends: [string, () => Promise<unknown>][] = [
      ['disabled', () => call(`/api/users/${adaId}`, { method: 'PATCH', headers: bearer(tokens.admin), body: { disabled: true } })],
      ['role', () => call(`/api/users/${adaId}`, { method: 'PATCH', headers: bearer(tokens.admin), body: { role: 'viewer' } })],
      ['idle', () => prisma().session.updateMany({ data: { seenAt: new Date(Date.now() - idleMs - 1000) } })],
      ['absolute', () => prisma().session.updateMany({ data: { expiresAt: new Date(Date.now() - 1000) } })],
    ]
    for (const [why, end] of ends) {
      await prisma().user.update({ where: { id: adaId }, data: { disabled: false, role: 'operator' } })
      const { cookie } = await signIn('ada', password, '192.0.2.20')
      expect([why, await me(cookie)]).toEqual([why, 200])
      await end()
      expect([why, await me(cookie)]).toEqual([why, 401])
    }
    await prisma().user.update({ where: { id: adaId }, data: { disabled: false, role: 'operator' } })
  })

  it('is not opened by what the database keeps of it (checklist 35)', async () => {
    const { cookie } = await signIn('ada', password, '192.0.2.21')
    const { tokenHash, expiresAt } = await prisma().session.findFirstOrThrow({ orderBy: { createdAt: 'desc' } })
    expect(cookie).not.toContain(tokenHash)
    const name = /baseboard-[0-9a-f]{8}-3000-session/.exec(cookie)![0]
    expect(await me(`${name}=${tokenHash}`)).toBe(401)
    expect((await call('/api/me', { headers: bearer(`bb_${tokenHash.slice(0, 43)}`) })).status).toBe(401)
    expect(expiresAt.getTime()).toBeLessThanOrEqual(Date.now() + absoluteMs)
  })

  it('is a new one at each sign-in: a cookie from before is not taken over (fixation)', async () => {
    const first = await signIn('ada', password, '192.0.2.22')
    const second = await signIn('ada', password, '192.0.2.22')
    const session = (cookie: string) => /-session=[^;]+/.exec(cookie)![0]
    expect(session(first.cookie)).not.toBe(session(second.cookie))
  })
})

describe('guessing (checklist 33)', () => {
  it('is stopped by account after ten tries, from however many addresses, also for the right password', async () => {
    await addUser('bob', 'viewer')
    const statuses = []
    for (let n = 0; n < 10; n += 1) statuses.push((await signIn('bob', 'wrong', `198.51.100.${n}`)).answer.status)
    expect(statuses).toEqual(Array.from({ length: 10 }, () => 401))
    const { answer } = await signIn('bob', password, '198.51.100.99')
    expect(answer.status).toBe(429)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(800)
    expect(await answer.json()).toMatchObject({ code: 'too-many-attempts' })
  })

  it('is stopped by address after thirty, and an IPv6 network is one address', async () => {
    for (let n = 0; n < 28; n += 1) await countAttempt(prisma(), 'address:2001:db8:1:2::/64', 900_000)
    const all = await Promise.all(Array.from({ length: 4 }, (_, n) => signIn(`guess${n}`, 'wrong', `2001:db8:1:2::${n + 1}`)))
    expect(all.filter(({ answer }) => answer.status === 429).length).toBe(2)
    expect((await signIn('ada', password, '2001:db8:1:3::1')).answer.status).toBe(200)
  })

  it('does not count what was right', async () => {
    await addUser('eve', 'viewer')
    for (let n = 0; n < 8; n += 1) await countAttempt(prisma(), 'address:203.0.113.5', 900_000)
    for (let n = 0; n < 4; n += 1) expect((await signIn('eve', password, '203.0.113.5')).answer.status).toBe(200)
    const counted = await prisma().signInThrottle.findMany({ where: { key: 'address:203.0.113.5' }, select: { failures: true } })
    expect(counted).toEqual([{ failures: 8 }])
  })
})
