import { readFileSync } from 'node:fs'
import { X509Certificate, randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { generate } from 'selfsigned'

/** A machine's whole tree as recorded (shared/recordings/README.md). */
export type Recording = {
  machine: Record<string, string>
  resources: Record<string, unknown>
  errors?: { path: string; status: number; raw: string }[]
}

export const RECORDINGS = resolve(process.env['RECORDINGS'] ?? join(import.meta.dirname, '../../../shared/recordings'))

export function readRecording(machine: string): Recording {
  return JSON.parse(gunzipSync(readFileSync(join(RECORDINGS, 'redfish', `${machine}.json.gz`))).toString('utf8')) as Recording
}

export type ReplayOptions = {
  host?: string
  port?: number
  username?: string
  password?: string
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
  const attributes = [{ name: 'commonName', value: recording.machine['model'] ?? 'bmc' }]
  const made = generate(attributes, { keySize: 2048, algorithm: 'sha256', days: 2 })
  const resources = new Map(Object.entries(recording.resources).map(([path, body]) => [toKey(path), body]))
  const errors = new Map((recording.errors ?? []).map((error) => [toKey(error.path), error]))
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
    const found = resources.get(toKey(path))
    if (found !== undefined) return send(response, 200, found)
    missing.push(path)
    send(response, 404, toError('ResourceMissingAtURI'))
  }

  function signIn(response: ServerResponse, body: string): void {
    const given = JSON.parse(body) as Record<string, unknown>
    if (given['UserName'] !== username || given['Password'] !== password) return send(response, 401, toError('UnauthorizedLoginAttempt'))
    const token = randomUUID()
    tokens.add(token)
    response.setHeader('x-auth-token', token)
    response.setHeader('location', `${SESSIONS}/${token}`)
    send(response, 201, { '@odata.id': `${SESSIONS}/${token}` })
  }

  const server = createServer({ key: made.private, cert: made.cert }, async (request, response) => {
    let body = ''
    for await (const piece of request) body += piece
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

export function toKey(path: string): string {
  const key = decodeURIComponent(path).toLowerCase()
  return key.length > 1 ? key.replace(/\/$/, '') : key
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
