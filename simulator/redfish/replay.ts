import { X509Certificate, randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Recording } from '#lib/domain/recording.ts'
import { createCertificate } from './certificate.ts'
import { expandBadly, expandOneLevel } from './expand.ts'

export type ReplayOptions = {
  host?: string
  port?: number
  username?: string
  password?: string
  /** Waits as long before each answer as the recorded machine did, where that was recorded. */
  atItsPace?: boolean
  /** What becomes of `$expand`, where the recorded machine offers it: composed as DSP0266 wants it (the default), badly, or refused. */
  expands?: 'well' | 'badly' | 'never'
  /** Asked before the recording; true when it has answered. */
  intercept?: (request: IncomingMessage, response: ServerResponse, path: string, body: string) => boolean
}

export type Replay = {
  host: string
  port: number
  username: string
  password: string
  fingerprint: string
  /** `METHOD path` in the order of arrival. */
  requests: string[]
  /** Paths that were asked for and are not in the recording. */
  missing: string[]
  openSessions(): number
  close(): Promise<void>
}

const SESSIONS = '/redfish/v1/SessionService/Sessions'

/** Serves a recording as the BMC it came from: HTTPS, session tokens and Basic, paths found whatever their case, as on iLO. */
export async function startReplay(recording: Recording, options: ReplayOptions = {}): Promise<Replay> {
  const { host = '127.0.0.1', username = 'admin', password = 'replay-secret' } = options
  const made = createCertificate(recording.machine['model'] ?? 'bmc')
  const resources = new Map(Object.entries(recording.resources).map(([path, body]) => [toKey(path), body]))
  const errors = new Map((recording.errors ?? []).map((error) => [toKey(error.path), error]))
  const paces = new Map(options.atItsPace === true ? Object.entries(recording.seconds ?? {}).map(([path, seconds]) => [toKey(path), seconds * 1_000]) : [])
  const tokens = new Set<string>()
  const requests: string[] = []
  const missing: string[] = []
  const basic = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

  function answer(request: IncomingMessage, response: ServerResponse, body: string): void {
    const path = request.url ?? ''
    requests.push(`${request.method} ${path}`)
    if (options.intercept?.(request, response, path, body)) return
    if (toKey(path) === '/redfish/v1') return send(response, 200, withSessions(resources.get('/redfish/v1')))
    if (request.method === 'POST' && path === SESSIONS) return signIn(response, body)
    const token = request.headers['x-auth-token']
    const isKnown = (typeof token === 'string' && tokens.has(token)) || request.headers.authorization === basic
    if (!isKnown) return send(response, 401, toError('NoValidSession'))
    if (request.method === 'DELETE' && path.startsWith(`${SESSIONS}/`)) {
      tokens.delete(path.slice(SESSIONS.length + 1))
      return send(response, 204)
    }
    if (request.method !== 'GET') return send(response, 405, toError('ActionNotSupported'))
    const failure = errors.get(toKey(path))
    if (failure !== undefined) return void response.writeHead(failure.status).end(failure.raw)
    const [plain = '', expanded] = path.split('?$expand=')
    const found = resources.get(toKey(expanded === undefined ? path : plain))
    if (expanded !== undefined && options.expands === 'never') return send(response, 400, toError('QueryNotSupported'))
    if (found !== undefined) return send(response, 200, expanded === undefined ? found : expand(found))
    missing.push(path)
    send(response, 404, toError('ResourceMissingAtURI'))
  }

  function expand(body: unknown): unknown {
    const read = (path: string) => resources.get(toKey(path))
    return options.expands === 'badly' ? expandBadly(body, read) : expandOneLevel(body, read)
  }

  function signIn(response: ServerResponse, body: string): void {
    const given = toCredentials(body)
    if (given['UserName'] !== username || given['Password'] !== password) return send(response, 401, toError('UnauthorizedLoginAttempt'))
    const token = randomUUID()
    tokens.add(token)
    response.setHeader('x-auth-token', token)
    response.setHeader('location', `${SESSIONS}/${token}`)
    send(response, 201, { '@odata.id': `${SESSIONS}/${token}` })
  }

  const server = createServer(made, async (request, response) => {
    let body = ''
    for await (const piece of request) body += piece
    const paceMs = paces.get(toKey(request.url ?? '')) ?? 0
    if (paceMs > 0) await delay(paceMs)
    answer(request, response, body)
  })
  await listen(server, options.port ?? 0, host)
  return {
    host,
    port: (server.address() as AddressInfo).port,
    username,
    password,
    fingerprint: new X509Certificate(made.cert).fingerprint256,
    requests,
    missing,
    openSessions: () => tokens.size,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

/** Recordings were taken with all kinds of logins; the replay has one, so the root must link that. */
function withSessions(root: unknown): unknown {
  const body = root as Record<string, unknown>
  return { ...body, Links: { ...(body['Links'] as object | undefined), Sessions: { '@odata.id': SESSIONS } } }
}

function toCredentials(body: string): Record<string, unknown> {
  try {
    return (JSON.parse(body) ?? {}) as Record<string, unknown>
  } catch {
    return {}
  }
}

/** A path as it is looked up: whatever its case, escapes and last slash. */
export function toKey(path: string): string {
  const key = unescape(path).toLowerCase()
  return key.length > 1 ? key.replace(/\/$/, '') : key
}

function unescape(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

function toError(id: string): unknown {
  return { error: { code: `Base.1.0.${id}`, '@Message.ExtendedInfo': [{ MessageId: `Base.1.0.${id}`, Message: id }] } }
}

function send(response: ServerResponse, status: number, body?: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'odata-version': '4.0' })
  response.end(body === undefined ? '' : JSON.stringify(body))
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', fail)
    server.listen(port, host, done)
  })
}
