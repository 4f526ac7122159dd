import http, { type IncomingHttpHeaders, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { prepare, type FrontDoor } from '../../web/front-door.ts'

/** What server.ts does to a request before Next sees it, on a real socket; «Next» here answers with the headers it was given. */

const doors: Record<string, FrontDoor> = { plain: { proxies: [], dev: false }, proxied: { proxies: ['127.0.0.1/32'], dev: false } }
const servers: Record<string, Server> = {}
const portOf = (door: string) => (servers[door]!.address() as AddressInfo).port

beforeAll(async () => {
  for (const [name, door] of Object.entries(doors)) {
    const server = http.createServer((req, res) => {
      if (prepare(req, res, door)) res.end(JSON.stringify(req.headers))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    servers[name] = server
  }
})
afterAll(() => Object.values(servers).forEach((server) => server.close()))

type Answer = { status: number; headers: IncomingHttpHeaders; body: Record<string, string> }

function send(path: string, options: { method?: string; headers?: Record<string, string>; door?: string; body?: string } = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, door = 'plain', body } = options
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port: portOf(door), path, method, headers }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (piece: string) => (text += piece))
      answer.on('end', () => resolve({ status: answer.statusCode!, headers: answer.headers, body: text === '' ? {} : JSON.parse(text) }))
    })
    request.on('error', reject).end(body)
  })
}

/** Writes bytes that no HTTP library would, and gives the status line. */
function sendRaw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(portOf('plain'), '127.0.0.1', () => socket.write(text))
    socket.on('data', (piece) => (answer += piece.toString()))
    socket.on('close', () => resolve(answer.split('\r\n')[0]!)).on('error', reject)
  })
}

describe('the front door', () => {
  it('tells Next who is there, and nothing that was made up', async () => {
    const made = { 'x-forwarded-for': '6.6.6.6', 'x-middleware-subrequest': 'x', 'x-nonce': 'mine', 'x-request-id': 'mine', 'next-action': 'x', 'x-real-ip': '6.6.6.6' }
    const { body, headers } = await send('/nodes/n1?tab=sensors&_rsc=abc', { headers: made })
    expect(body).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http', 'x-baseboard-path': '/nodes/n1?tab=sensors' })
    for (const name of ['x-middleware-subrequest', 'next-action', 'x-real-ip']) expect(body).not.toHaveProperty(name)
    expect(body['x-request-id']).toBe(headers['x-request-id'])
    expect(body['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
    expect(headers['content-security-policy']).toContain(`'nonce-${body['x-nonce']}'`)
    expect(body['content-security-policy']).toBe(headers['content-security-policy'])
  })

  it('keeps the headers of soft navigation from the API, where Next would redirect for them', async () => {
    const headers = { rsc: '1', 'next-router-prefetch': '1', 'next-url': '/' }
    for (const name of Object.keys(headers)) expect((await send('/api/nodes', { headers })).body).not.toHaveProperty(name)
    expect((await send('/nodes/n1', { headers })).body).toMatchObject({ rsc: '1' })
  })

  it('believes a proxy of ours', async () => {
    const forwarded = { 'x-forwarded-for': '6.6.6.6, 198.51.100.4', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'bb.example' }
    expect((await send('/', { headers: forwarded, door: 'proxied' })).body).toMatchObject({ 'x-forwarded-for': '198.51.100.4', 'x-forwarded-proto': 'https', host: 'bb.example' })
  })

  it.each(['/', '/api/health', '/nodes/x', '/api/nothing', '/sign-in'])('gives %s the headers that protect a browser (checklist 31, 32)', async (path) => {
    const { headers } = await send(path)
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'no-store',
    })
    expect(headers).not.toHaveProperty('x-powered-by')
    const policy = headers['content-security-policy'] as string
    expect(policy).toMatch(/^default-src 'none'/)
    expect(policy).toContain(`frame-ancestors 'none'`)
    expect(policy.replace(`style-src-attr 'unsafe-inline'`, '')).not.toMatch(/unsafe-inline|unsafe-eval|\*/)
  })

  it('has another nonce for each request', async () => {
    const nonces = await Promise.all(Array.from({ length: 20 }, async () => (await send('/')).body['x-nonce']))
    expect(new Set(nonces).size).toBe(20)
  })

  it.each([
    ['/api/nope', 'GET', 404, 'unknown-path'],
    ['/api', 'GET', 404, 'unknown-path'],
    ['/api/nodes', 'PUT', 405, 'method'],
    ['/api/nodes', 'TRACE', 405, 'method'],
    ['/api/health', 'POST', 405, 'method'],
    ['/api/auth/signin', 'GET', 404, 'unknown-path'],
    ['/', 'POST', 405, 'method'],
    ['/nodes/n1', 'DELETE', 405, 'method'],
    ['/_next/image?url=http://evil&w=1&q=1', 'GET', 404, 'unknown-path'],
    ['//evil.example/x', 'GET', 400, 'bad-target'],
    ['/\\evil.example', 'GET', 400, 'bad-target'],
  ])('answers %s by %s with %i', async (path, method, status, code) => {
    const answer = await send(path, { method })
    expect([answer.status, answer.body['code']]).toEqual([status, code])
    expect(answer.headers['content-type']).toBe('application/json')
    if (status === 405) expect(answer.headers.allow).toContain('GET')
  })

  it('refuses a name that was made to point here (DNS rebinding), and a body beyond 1 MiB by its length', async () => {
    expect((await send('/', { headers: { host: 'rebound.evil.example' } })).status).toBe(421)
    expect((await send('/api/nodes', { method: 'POST', headers: { 'content-length': '1048577' } })).status).toBe(413)
  })

  it('refuses a request for somewhere else (checklist 29)', async () => {
    expect(await sendRaw('GET http://169.254.169.254/latest HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')).toBe('HTTP/1.1 400 Bad Request')
    expect(await sendRaw('OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')).toBe('HTTP/1.1 400 Bad Request')
  })
})
