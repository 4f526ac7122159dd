import { X509Certificate } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { DEFAULT_DEADLINES } from './exchange.ts'
import { createRedfishMemory } from './memory.ts'
import { createModel, readAside } from './model.ts'
import { openRedfish, type RedfishSession, type SessionOptions } from './session.ts'
import { toServiceRoot } from './service-root.ts'
import { createCertificate, sendJson, startTestBmc, withSessions, type Handler, type TestBmc } from './testing/test-bmc.ts'
import type { Deadlines } from './transfer.ts'

let bmc: TestBmc | undefined
let session: RedfishSession | undefined
afterEach(async () => {
  await session?.close()
  await bmc?.close()
  session = undefined
})

const LOGIN = 'POST /redfish/v1/SessionService/Sessions'
const count = (request: string) => bmc!.requests.filter((seen) => seen === request).length

async function open(handler: Handler, options: SessionOptions = {}): Promise<RedfishSession> {
  bmc = await startTestBmc(handler)
  session = await openRedfish(bmc.target, { retryDelayMs: 1, ...options })
  return session
}

describe('a log that takes long', () => {
  it('does not keep the power state waiting, and never has two pages under way', async () => {
    const pages: (() => void)[] = []
    const opened = await open(
      withSessions((request, response) => {
        if (request.url?.includes('Entries')) pages.push(() => sendJson(response, {}))
        else sendJson(response, { PowerState: 'On' })
      }),
    )
    const log = opened.at('aside')
    const reading = Promise.all([1, 2, 3].map((page) => log.get(`/redfish/v1/Systems/1/LogServices/SEL/Entries/${page}`)))
    for (let i = 0; i < 3; i++) {
      await expect.poll(() => pages.length).toBe(i + 1)
      // The page hangs meanwhile.
      expect(await opened.at('urgent').get('/redfish/v1/Systems/1')).toEqual({ PowerState: 'On' })
      expect(await opened.get('/redfish/v1/Chassis/1/Thermal')).toEqual({ PowerState: 'On' })
      expect(pages).toHaveLength(i + 1)
      pages[i]!()
    }
    await reading
  })
})

describe('checklist 18: one session', () => {
  it('logs in once for many requests and deletes the session at close', async () => {
    const tokens = { next: 1, live: new Set<string>() }
    const opened = await open(withSessions((_request, response) => sendJson(response, {}), tokens))
    await Promise.all(Array.from({ length: 20 }, () => opened.get('/redfish/v1/Systems')))
    expect(count(LOGIN)).toBe(1)
    expect(tokens.live.size).toBe(1)
    await opened.close()
    expect(tokens.live.size).toBe(0)
    expect(bmc!.requests.at(-1)).toBe('DELETE /redfish/v1/SessionService/Sessions/1')
  })

  it('renews an expired token with exactly one login, shared by all who met the 401', async () => {
    const tokens = { next: 1, live: new Set<string>() }
    const opened = await open(withSessions((_request, response) => sendJson(response, { Name: 'x' }), tokens))
    tokens.live.clear()
    const answers = await Promise.all(Array.from({ length: 8 }, () => opened.get('/redfish/v1/Systems')))
    expect(answers).toEqual(Array.from({ length: 8 }, () => ({ Name: 'x' })))
    expect(count(LOGIN)).toBe(2)
  })

  it('gives up when the fresh token is refused too, and does not log in again for the next request', async () => {
    const opened = await open(withSessions((_request, response) => sendJson(response, {}, 401)))
    await expect(opened.get('/redfish/v1/Systems')).rejects.toMatchObject({ kind: 'unauthorized', status: 401 })
    await expect(opened.get('/redfish/v1/Chassis')).rejects.toMatchObject({ kind: 'unauthorized' })
    expect(count(LOGIN)).toBe(2)
    expect(bmc!.requests).toContain('DELETE /redfish/v1/SessionService/Sessions/1')
  })

  it('sends nothing more once the password is refused at the renewal', async () => {
    let locked = false
    const sessions = withSessions((_request, response) => sendJson(response, {}))
    const opened = await open((request, response, body) => {
      if (locked) return sendJson(response, {}, 401)
      sessions(request, response, body)
    })
    locked = true
    await expect(opened.get('/redfish/v1/Systems')).rejects.toMatchObject({ kind: 'unauthorized' })
    const seen = bmc!.requests.length
    await expect(opened.get('/redfish/v1/Systems')).rejects.toMatchObject({ kind: 'unauthorized' })
    expect(bmc!.requests.length).toBe(seen)
  })

  it('never has more than two requests in flight', async () => {
    let inFlight = 0
    let most = 0
    const opened = await open(
      withSessions((_request, response) => {
        most = Math.max(most, ++inFlight)
        setTimeout(() => {
          inFlight--
          sendJson(response, {})
        }, 5)
      }),
    )
    await Promise.all(Array.from({ length: 30 }, () => opened.get('/redfish/v1/Systems')))
    expect(most).toBe(2)
    expect(bmc!.connections()).toBeLessThanOrEqual(2)
  })
})

const extended = (MessageId: string, Message = 'said by the BMC') => ({ error: { '@Message.ExtendedInfo': [{ MessageId, Message }] } })
function answeringLogin(status: number, body: unknown, headers: Record<string, string> = {}): Handler {
  const root = withSessions(() => {})
  return (request, response, text) => {
    if (request.url === '/redfish/v1/') return root(request, response, text)
    if (request.method === 'POST') return sendJson(response, body, status, headers)
    if (request.headers.authorization === 'Basic YWRtaW46c2VjcmV0') return sendJson(response, { Name: 'basic' })
    if (request.headers['x-auth-token'] === 'in-the-body') return sendJson(response, { Name: 'token' })
    sendJson(response, {}, 401)
  }
}

describe('signing in', () => {
  it.each([
    [401, {}],
    [400, extended('iLO.2.14.UnauthorizedLoginAttempt')],
  ])('tries a wrong password once: %i', async (status, body) => {
    await expect(open(answeringLogin(status, body))).rejects.toMatchObject({ kind: 'unauthorized', status })
    expect(bmc!.requests).toEqual(['GET /redfish/v1/', LOGIN])
  })

  it.each([
    ['iDRAC, all sessions in use', 503, extended('IDRAC.2.8.RAC0218'), 'all sessions of the BMC are in use'],
    ['iLO, all sessions in use', 500, extended('Base.1.4.CreateLimitReachedForResource'), 'all sessions of the BMC are in use'],
    ['no session service', 405, {}, 'no session could be created (status 405)'],
    ['a session without a token', 201, {}, 'the session came without a token'],
  ])('falls back to Basic: %s', async (_name, status, body, reason) => {
    const opened = await open(answeringLogin(status, body))
    expect(opened.authorisation()).toEqual({ way: 'basic', reason })
    expect(await opened.get('/redfish/v1/Systems')).toEqual({ Name: 'basic' })
    expect(count(LOGIN)).toBe(1)
  })

  it('blames the full session table, not the password, when Basic is refused then', async () => {
    const full = answeringLogin(503, extended('Base.1.8.SessionLimitExceeded'))
    const withoutBasic: Handler = (request, response, body) => {
      delete request.headers.authorization
      full(request, response, body)
    }
    await expect(open(withoutBasic)).rejects.toMatchObject({
      kind: 'session-limit',
      message: expect.stringContaining('all sessions of the BMC are in use'),
    })
    expect(bmc!.requests).toEqual(['GET /redfish/v1/', LOGIN, 'GET /redfish/v1/Systems'])
  })

  it('asks for a session again where all were in use, and leaves Basic when there is room', async () => {
    const full = answeringLogin(503, extended('IDRAC.2.8.RAC0218'))
    const free = answeringLogin(201, { Oem: { Public: { 'X-Auth-Token': 'in-the-body' } } })
    let isFull = true
    const opened = await open((request, response, body) => (isFull ? full : free)(request, response, body), { sessionRetryMs: 0 })
    expect(await opened.get('/redfish/v1/Systems')).toEqual({ Name: 'basic' })
    isFull = false
    await expect.poll(async () => opened.get('/redfish/v1/Systems')).toEqual({ Name: 'token' })
    expect(opened.authorisation()).toEqual({ way: 'token' })
    const logins = count(LOGIN)
    await opened.get('/redfish/v1/Systems')
    expect(count(LOGIN)).toBe(logins)
  })

  it('does not ask again and again while all sessions are in use, nor where there are none', async () => {
    for (const [status, body] of [[503, extended('IDRAC.2.8.RAC0218')], [405, {}]] as const) {
      const opened = await open(answeringLogin(status, body), status === 405 ? { sessionRetryMs: 0 } : {})
      for (let i = 0; i < 5; i++) await opened.get('/redfish/v1/Systems')
      expect(count(LOGIN)).toBe(1)
      await opened.close()
      await bmc!.close()
    }
  })

  it('takes the token from the body where the header has none (Inspur)', async () => {
    const opened = await open(answeringLogin(201, { Oem: { Public: { 'X-Auth-Token': 'in-the-body' } } }))
    expect(opened.authorisation()).toEqual({ way: 'token' })
    expect(await opened.get('/redfish/v1/Systems')).toEqual({ Name: 'token' })
  })

  it('names the account domain to a vendor that asks for it (Huawei)', async () => {
    let payload: unknown
    const opened = await open((request, response, body) => {
      if (request.url === '/redfish/v1/') {
        return sendJson(response, { RedfishVersion: '1.0.2', Oem: { Huawei: {} }, Links: { Sessions: { '@odata.id': '/redfish/v1/S' } } })
      }
      payload = request.method === 'POST' ? JSON.parse(body) : payload
      sendJson(response, {}, 201, { 'x-auth-token': 't' })
    })
    expect(payload).toEqual({ UserName: 'admin', Password: 'secret', Oem: { Huawei: { Domain: 'LocaliBMC' } } })
    expect(opened.authorisation()).toEqual({ way: 'token' })
  })

  it.each([
    ['came too soon after another (429)', 429, {}, undefined],
    ['came too soon after another, in words (iBMC)', 400, extended('iBMC.1.0.SessionRequestTooFrequently'), undefined],
    ['lacks the domain that only the refusal names', 400, extended('Base.1.0.PropertyMissing', 'Oem/Huawei/Domain'), { Huawei: { Domain: 'LocaliBMC' } }],
  ])('makes an attempt that was not judged once more after a pause: it %s', async (_name, status, refusal, oem) => {
    const payloads: { Oem?: unknown }[] = []
    const opened = await open(
      withSessions((_request, response) => sendJson(response, {}), undefined, (body, response) => {
        payloads.push(body)
        if (payloads.length === 1) return sendJson(response, refusal, status)
        sendJson(response, {}, 201, { 'x-auth-token': 't' })
      }),
      { loginPauseMs: 1 },
    )
    expect(opened.authorisation()).toEqual({ way: 'token' })
    expect(payloads.map(({ Oem }) => Oem)).toEqual([undefined, oem])
  })

  it('makes no third attempt, and none after a judgement', async () => {
    await open(answeringLogin(429, {}), { loginPauseMs: 1 })
    expect(count(LOGIN)).toBe(2)
    await expect(open(answeringLogin(400, extended('X.LoginFailed', 'too many attempts')))).rejects.toMatchObject({ kind: 'unauthorized' })
    expect(count(LOGIN)).toBe(1)
  })

  it('says that something else answers', async () => {
    await expect(open((_request, response) => response.end('<html>router</html>'))).rejects.toMatchObject({ kind: 'not-redfish' })
  })
})

describe('with what an earlier session learned', () => {
  const ROOT = 'GET /redfish/v1/'
  const OLD_LOGIN = 'POST /redfish/v1/Old/Sessions'
  const at = (path: string) => ({ '@odata.id': path })
  const toRoot = (sessions: string) => toServiceRoot({ RedfishVersion: '1.0.0', Systems: at('/redfish/v1/Systems'), Links: { Sessions: at(sessions) } })!
  const working = withSessions((_request, response) => sendJson(response, { Name: 'x' }))

  /** As `open`, to a BMC that is pinned and of which it is known that its sessions are at `sessions`. */
  async function openKnown(handler: Handler, sessions = '/redfish/v1/SessionService/Sessions', options: SessionOptions = {}, swap?: (bmc: TestBmc) => object) {
    bmc = await startTestBmc(handler)
    const memory = createRedfishMemory({ known: { certificate: bmc.fingerprint, root: toRoot(sessions), host: '/redfish/v1/Systems/1' } })
    const other = swap?.(bmc) ?? {}
    const opening = openRedfish({ ...bmc.target, expectedFingerprint: bmc.fingerprint, ...other }, { retryDelayMs: 1, memory, ...options })
    const recalls = () => memory.recall(bmc!.fingerprint) !== undefined
    return { opening: opening.then((opened) => (session = opened)), recalls }
  }

  it('signs in at once, and reads the service root when somebody wants it as it is now, once', async () => {
    const { opening, recalls } = await openKnown(working)
    const opened = await opening
    expect(await opened.get('/redfish/v1/Systems/1')).toEqual({ Name: 'x' })
    expect(opened.root.redfishVersion).toBe('1.0.0')
    await Promise.all([opened.readRoot(), opened.at('urgent').readRoot()])
    expect([opened.root.redfishVersion, opened.at('aside').root.redfishVersion]).toEqual(['1.6.0', '1.6.0'])
    expect(bmc!.requests).toEqual([LOGIN, 'GET /redfish/v1/Systems/1', ROOT])
    expect(recalls()).toBe(true)
  })

  it.each([
    ['is not there', 404, {}, {}],
    ['wants a session itself', 401, {}, {}],
    ['takes no POST', 405, {}, {}],
    ['is broken', 500, {}, {}],
    ['leads elsewhere', 308, {}, { location: '/redfish/v1/SessionService/Sessions' }],
    ['answers something else', 200, { Name: 'x' }, {}],
  ])('asks the service root where the place %s, and signs in there', async (_how, status, body, headers) => {
    const { opening, recalls } = await openKnown((request, response, text) => {
      if (request.url === '/redfish/v1/Old/Sessions') return sendJson(response, body, status, headers)
      working(request, response, text)
    }, '/redfish/v1/Old/Sessions')
    const opened = await opening
    expect(opened.authorisation()).toEqual({ way: 'token' })
    expect(opened.root.redfishVersion).toBe('1.6.0')
    await opened.readRoot()
    expect(bmc!.requests).toEqual([OLD_LOGIN, ROOT, LOGIN])
    expect(recalls()).toBe(false)
  })

  it.each([
    ['at its place', '/redfish/v1/SessionService/Sessions', 401, {}],
    ['at its place, in words', '/redfish/v1/SessionService/Sessions', 400, extended('iLO.2.14.UnauthorizedLoginAttempt')],
    ['at a place that has moved meanwhile, in words', '/redfish/v1/Old/Sessions', 401, extended('Base.1.8.LoginFailed')],
  ])('tries a wrong password exactly once: %s', async (_where, sessions, status, body) => {
    const { opening } = await openKnown((request, response, text) => {
      if (request.method === 'POST') return sendJson(response, body, status)
      working(request, response, text)
    }, sessions)
    await expect(opening).rejects.toMatchObject({ kind: 'unauthorized', status })
    expect(bmc!.requests).toEqual([`POST ${sessions}`, ROOT])
  })

  it('goes on as without it where there was no judgement: all sessions in use, or too soon', async () => {
    const full = await openKnown(answeringLogin(503, extended('IDRAC.2.8.RAC0218')))
    expect((await full.opening).authorisation()).toMatchObject({ way: 'basic', reason: 'all sessions of the BMC are in use' })
    expect(bmc!.requests).toEqual([LOGIN, ROOT, 'GET /redfish/v1/Systems'])
    await session!.close()
    await bmc!.close()
    let tries = 0
    const soon = await openKnown(
      withSessions(() => {}, undefined, (_login, response) => (++tries === 1 ? sendJson(response, {}, 429) : sendJson(response, {}, 201, { 'x-auth-token': 't' }))),
      undefined,
      { loginPauseMs: 1 },
    )
    expect((await soon.opening).authorisation()).toEqual({ way: 'token' })
    expect(bmc!.requests).toEqual([LOGIN, ROOT, LOGIN])
  })

  it('sends nothing to another certificate than the pinned one', async () => {
    const { opening, recalls } = await openKnown(working, undefined, {}, (one) => (one.swapCertificate(), {}))
    await expect(opening).rejects.toMatchObject({ kind: 'certificate-changed', notSent: true })
    expect([bmc!.bytes(), bmc!.requests]).toEqual([0, []])
    expect(recalls()).toBe(true)
  })

  it('is of no use without a pin, or with the pin of another BMC', async () => {
    const unpinned = await openKnown(working, undefined, {}, () => ({ expectedFingerprint: undefined }))
    await unpinned.opening
    expect(bmc!.requests).toEqual([ROOT, LOGIN])
    await session!.close()
    await bmc!.close()
    const other = createCertificate('other')
    const exchanged = await openKnown(working, undefined, {}, (one) => {
      one.swapCertificate(other)
      return { expectedFingerprint: new X509Certificate(other.cert).fingerprint256 }
    })
    await exchanged.opening
    expect(bmc!.requests).toEqual([ROOT, LOGIN])
  })

  it('is of the BMC before, where the authority vouches for another certificate: the session counts, the rest is looked at anew', async () => {
    const vouched = createCertificate('vouched')
    const { opening, recalls } = await openKnown(working, undefined, {}, (one) => {
      one.swapCertificate(vouched)
      return { authority: { certificates: vouched.cert, name: '127.0.0.1' } }
    })
    expect((await opening).root.redfishVersion).toBe('1.6.0')
    expect(bmc!.requests).toEqual([LOGIN, ROOT])
    expect(recalls()).toBe(false)
  })
})

describe('checklist 13: links', () => {
  it.each([
    'https://evil.example/redfish/v1',
    '//evil.example/redfish/v1/',
    '/redfish/../etc',
    '/redfish/v1/%2e%2e/x',
    '/redfish\\x',
    '/rest/v1',
  ])(
    'does not follow %s',
    async (link) => {
      const opened = await open(withSessions((_request, response) => sendJson(response, {})))
      const seen = bmc!.requests.length
      await expect(opened.get(link)).rejects.toMatchObject({ kind: 'foreign-link', notSent: true })
      expect(bmc!.requests.length).toBe(seen)
    },
  )

  it.each([
    'https://evil.example/redfish/v1/Systems/',
    '//evil.example/',
    '/redfish/v1/Other',
    '/redfish/v1/Systems/../x/',
    'http:/redfish/v1/x',
  ])(
    'does not follow a redirect to %s',
    async (location) => {
      const opened = await open(withSessions((_request, response) => sendJson(response, {}, 302, { location })))
      await expect(opened.get('/redfish/v1/Systems')).rejects.toMatchObject({ kind: 'http', status: 302 })
      expect(bmc!.requests.slice(2)).toEqual(['GET /redfish/v1/Systems'])
    },
  )

  it('follows one redirect that only adds a slash', async () => {
    const opened = await open(
      withSessions((request, response) => {
        if (request.url?.endsWith('/')) return sendJson(response, { Name: 'with slash' })
        sendJson(response, {}, 308, { location: `${request.url}/` })
      }),
    )
    expect(await opened.get('/redfish/v1/Systems')).toEqual({ Name: 'with slash' })
  })

  it('takes only the path of a Location', async () => {
    const location = 'https://bmc.internal:8443/redfish/v1/TaskService/Tasks/7'
    const opened = await open(withSessions((_request, response) => sendJson(response, {}, 202, { location })))
    expect((await opened.post('/redfish/v1/x', {})).location).toBe('/redfish/v1/TaskService/Tasks/7')
  })
})

describe('checklist 14 and 16: bodies', () => {
  it('stops reading at the limit, with and without a Content-Length', async () => {
    const opened = await open(
      withSessions((request, response) => {
        const large = `"${'x'.repeat(4 * 1024 * 1024)}"`
        if (request.url === '/redfish/v1/declared') return sendJson(response, {}, 200, { 'content-length': '104857600' })
        response.writeHead(200)
        response.write(large)
        response.end(large)
      }),
    )
    await expect(opened.get('/redfish/v1/declared')).rejects.toMatchObject({ kind: 'too-large' })
    await expect(opened.get('/redfish/v1/chunked')).rejects.toMatchObject({ kind: 'too-large' })
  })

  it('takes a log that is larger than any other resource', async () => {
    const large = `{"Name":"${'x'.repeat(5 * 1024 * 1024)}"}`
    const opened = await open(withSessions((_request, response) => void response.end(large)))
    await expect(opened.get('/redfish/v1/Systems')).rejects.toMatchObject({ kind: 'too-large' })
    const { session: aside } = readAside(createModel(opened))
    expect(await aside.get('/redfish/v1/Log')).toHaveProperty('Name')
  })

  it('refuses an encoding it did not ask for, before inflating anything', async () => {
    const bomb = gzipSync(Buffer.alloc(1024 * 1024))
    const opened = await open(
      withSessions((request, response) => {
        expect(request.headers['accept-encoding']).toBe('identity')
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb)
      }),
    )
    await expect(opened.get('/redfish/v1/Systems')).rejects.toMatchObject({ kind: 'http', message: expect.stringContaining('gzip') })
  })

  it('refuses a document that is nested too deeply or has too many members', async () => {
    const bodies = { deep: '['.repeat(100_000), wide: `{"Members":[${'1,'.repeat(10_000)}1]}` }
    const opened = await open(withSessions((request, response) => response.end(request.url?.endsWith('deep') ? bodies.deep : bodies.wide)))
    await expect(opened.get('/redfish/v1/deep')).rejects.toMatchObject({ kind: 'too-large' })
    await expect(opened.get('/redfish/v1/wide')).rejects.toMatchObject({ kind: 'too-large' })
  })

  it('keeps __proto__ and constructor from meaning anything', async () => {
    const hostile = '{"__proto__":{"x":1},"\\u005f_proto__":{"x":1},"constructor":{"prototype":{"x":1}},"Name":"n"}'
    const opened = await open(withSessions((_request, response) => response.end(hostile)))
    const body = (await opened.get('/redfish/v1/Systems')) as Record<string, unknown>
    expect(Object.keys(body)).toEqual(['constructor', 'Name'])
    expect(Object.assign({}, body)['x']).toBeUndefined()
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
    expect(await opened.get('/redfish/v1/Systems', z.object({ Name: z.string() }))).toEqual({ Name: 'n' })
  })

  it('calls HTML in the middle of a tree bad JSON', async () => {
    const opened = await open(withSessions((_request, response) => response.end('<html>')))
    await expect(opened.get('/redfish/v1/Systems')).rejects.toMatchObject({ kind: 'bad-json' })
  })

  it('takes an error in place of a resource for what it is, whatever the status says', async () => {
    const error = (id: string) => ({ error: { code: 'x', '@Message.ExtendedInfo': [{ MessageId: id, Message: 'Said so.' }] } })
    const opened = await open(
      withSessions((request, response) => {
        if (request.url === '/redfish/v1/gone') return sendJson(response, error('Base.1.1.0.ResourceMissingAtURI'))
        if (request.url === '/redfish/v1/odd') return sendJson(response, { error: true })
        if (request.url === '/redfish/v1/broken') return sendJson(response, error('Base.1.15.0.InternalError'))
        sendJson(response, { '@odata.id': '/redfish/v1/part', ...error('Base.1.15.0.InternalError') })
      }),
    )
    await expect(opened.get('/redfish/v1/gone')).rejects.toMatchObject({ kind: 'not-found', message: expect.stringContaining('Said so.') })
    await expect(opened.get('/redfish/v1/broken')).rejects.toMatchObject({ kind: 'garbled', status: 200 })
    await expect(opened.get('/redfish/v1/odd')).rejects.toMatchObject({ kind: 'garbled', status: 200 })
    expect(await opened.get('/redfish/v1/part')).toMatchObject({ '@odata.id': '/redfish/v1/part' })
  })

  it('repeats what the BMC said, bounded and without control characters', async () => {
    const message = { MessageId: 'Base.1.0.X', Message: `no\u001b]0;title\u0007 ${'y'.repeat(1000)}` }
    const body = { error: { '@Message.ExtendedInfo': Array.from({ length: 50 }, () => message) } }
    const opened = await open(withSessions((_request, response) => sendJson(response, body, 400)))
    const error = await opened.get('/redfish/v1/Systems').catch((caught: unknown) => caught as { messages: string[] })
    const { messages } = error as { messages: string[] }
    expect(messages).toHaveLength(5)
    expect(messages[0]).toMatch(/^no \]0;title {2}y+$/)
    expect(messages[0]).toHaveLength(300)
  })
})

describe('checklist 15: deadlines', () => {
  /** Signs in without haste, then tightens one deadline: what is measured is the deadline, not the machine. */
  async function openTight(handler: Handler, tight: Partial<Deadlines>): Promise<RedfishSession> {
    const deadlines = { ...DEFAULT_DEADLINES }
    const opened = await open(withSessions(handler), { deadlines })
    Object.assign(deadlines, tight)
    return opened
  }
  const timeout = (text: string) => ({ kind: 'timeout', message: expect.stringContaining(text) })

  it('gives up on headers that do not come', async () => {
    const opened = await openTight(() => {}, { headersMs: 30 })
    await expect(opened.get('/redfish/v1/Systems')).rejects.toMatchObject(timeout('no answer within 30 ms'))
  })

  it('gives up on a body that stops', async () => {
    const opened = await openTight((_request, response) => void response.writeHead(200).write('{'), { idleMs: 30 })
    await expect(opened.get('/redfish/v1/Systems')).rejects.toMatchObject(timeout('the answer stopped for 30 ms'))
  })

  it('gives up on a body that comes byte by byte', async () => {
    let drip: NodeJS.Timeout | undefined
    const opened = await openTight(
      (_request, response) => {
        response.writeHead(200)
        drip = setInterval(() => response.write(' '), 5)
      },
      { totalMs: 100 },
    )
    await expect(opened.get('/redfish/v1/Systems')).rejects.toMatchObject(timeout('no complete answer within 100 ms'))
    clearInterval(drip)
  })
})

describe('repetition', () => {
  it('repeats a read once after 503', async () => {
    let busy = 1
    const handler: Handler = (_request, response) => (busy-- > 0 ? sendJson(response, {}, 503) : sendJson(response, { Name: 'x' }))
    const opened = await open(withSessions(handler))
    expect(await opened.get('/redfish/v1/Systems')).toEqual({ Name: 'x' })
    expect(count('GET /redfish/v1/Systems')).toBe(2)
  })

  it('repeats a read once after a lost connection, not twice', async () => {
    const opened = await open(withSessions((request) => request.socket.destroy()))
    await expect(opened.get('/redfish/v1/Systems')).rejects.toMatchObject({ kind: 'unreachable' })
    expect(count('GET /redfish/v1/Systems')).toBe(2)
  })

  it.each(['lost', 'busy', 'expired'])('sends a POST once: %s', async (fault) => {
    const tokens = { next: 1, live: new Set<string>() }
    const opened = await open(
      withSessions((request, response) => {
        if (fault === 'lost') return request.socket.destroy()
        sendJson(response, {}, 503)
      }, tokens),
    )
    if (fault === 'expired') tokens.live.clear()
    await expect(opened.post('/redfish/v1/Systems/1/Actions/Reset', { ResetType: 'ForceOff' })).rejects.toMatchObject({ notSent: false })
    expect(count('POST /redfish/v1/Systems/1/Actions/Reset')).toBe(1)
  })
})
