import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { openGate, type Gate } from '../gate.ts'
import type { Link } from '../link.ts'
import type { Machine } from '../machine.ts'
import type { Drives } from '../media/drives.ts'
import type { SerialPort } from '../serial/port.ts'
import { managerResetPath, patch, post, resetPath } from './actions.ts'
import { createCertificate } from './certificate.ts'
import { serveConsoleSocket, type ConsoleSockets } from './console-socket.ts'
import { dialects } from './dialects.ts'
import { expandBadly, expandOneLevel } from './expand.ts'
import { errorAnswer, malformed, methodNotAllowed, notFound, unauthorized, type Answer } from './errors.ts'
import { answerGarbage, garbageKinds } from './garbage.ts'
import { createMediaFace } from './media.ts'
import type { MediaDialect } from './media-dialects.ts'
import { pathsOf, type Resource, type Subject } from './resource.ts'
import { eventStreamOf } from './services.ts'
import { createSessions, type Credentials, type Sessions } from './sessions.ts'
import { createEventStream, type EventStream } from './event-stream.ts'
import { createTree, isOpen, type Tree } from './tree.ts'
import { trickle } from './trickle.ts'

export interface RedfishFace {
  port: number
  sessions: Sessions
  /** Makes whose web server has no console have none. */
  consoles: ConsoleSockets | undefined
  events: EventStream
  changeCertificate: () => void
  shut: Gate['shut']
  close: () => Promise<void>
}

export interface RedfishOptions {
  machine: Machine
  serial: SerialPort
  drives: Drives
  media: MediaDialect
  /** The shortest that a mount takes. */
  mountMs: number
  link: Link
  credentials: () => Credentials
  address: string
  /** 0: any free one. */
  port: number
  sshPort?: number | undefined
  hasFanControls?: boolean | undefined
}

const requestLimitBytes = 64 * 1024

/** Serves one machine over HTTPS as its make would. Resolves when it listens; rejects when the port is taken. */
export async function startRedfish(options: RedfishOptions): Promise<RedfishFace> {
  const { machine, link } = options
  const dialect = dialects[machine.identity.make]
  const paths = pathsOf(dialect)
  const media = createMediaFace({ dialect: options.media, drives: options.drives, paths, now: machine.now, mountMs: options.mountMs })
  const sessions = createSessions({
    path: paths.sessions,
    limit: dialect.sessionLimit,
    tokenIn: dialect.tokenIn,
    credentials: options.credentials,
    now: machine.now,
    whenOver: (token) => media.sessionOver(token),
  })
  const subject: Subject = { machine, dialect, sessions, paths, media, address: options.address, sshPort: options.sshPort, hasFanControls: options.hasFanControls === true }
  const tree = createTree(subject)
  const events = createEventStream(machine, link)
  const https = createServer(createCertificate(machine.identity.hostName), (request, response) => {
    serve(subject, tree, events, link, request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined))
  })
  https.keepAliveTimeout = 60_000
  const consoles = dialect.hasConsoleSocket
    ? serveConsoleSocket({ https, link, serial: options.serial, isAuthorized: (request) => isAuthorized(subject, request) })
    : undefined
  https.on('tlsClientError', (_error, socket) => socket.destroy())
  const changeCertificate = () => https.setSecureContext(createCertificate(machine.identity.hostName))

  const gate = await openGate(options, (socket) => {
    // A silent address lets the connection be made (the kernel does that) and never says a word.
    if (link.faults().silent) return
    if (link.faults().changesCertificate) changeCertificate()
    https.emit('connection', socket)
  })

  return { ...gate, sessions, consoles, events, changeCertificate }
}

async function serve(subject: Subject, tree: Tree, events: EventStream, link: Link, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request)
  if (link.faults().silent) return
  // Packets may be lost on the way here and on the way back.
  await wait(link.delayMs() + link.repeatMs() + link.repeatMs())
  if (response.destroyed) return
  const { trickles } = link.faults()
  if (trickles !== undefined) return trickle(response, trickles)
  if (link.faults().garbage) {
    answerGarbage(response, link.nextGarbage(garbageKinds))
    return
  }
  const path = pathOf(request.url ?? '/')
  const method = request.method ?? 'GET'
  const isLogin = method === 'POST' && path === subject.paths.sessions
  const isKnown = isAuthorized(subject, request)
  if (isKnown && !isLogin && link.faults().hangsAfterLogin) return
  if (isKnown && method === 'GET' && path === eventStreamOf(subject)) return events.serve(response)
  const answer = isLogin || isKnown || isOpen(path) ? await route(subject, tree, request, method, path, body, link.faults().expandsBadly) : unauthorized()
  if (link.faults().losesControlReply && (path === resetPath(subject) || path === managerResetPath(subject))) {
    request.socket.destroy()
    return
  }
  send(response, answer, subject.dialect.server, method)
}

const wait = (ms: number) => (ms > 0 ? new Promise<void>((resolve) => setTimeout(resolve, ms).unref()) : undefined)

/** The path alone: without query or fragment, and without the trailing slash that some clients add. */
function pathOf(url: string): string {
  const path = url.split(/[?#]/, 1)[0] ?? ''
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}

function isAuthorized({ sessions }: Subject, { headers }: IncomingMessage): boolean {
  const token = headers['x-auth-token']
  if (typeof token === 'string') return sessions.accepts(token)
  return headers.authorization !== undefined && sessions.acceptsBasic(headers.authorization)
}

async function route(subject: Subject, tree: Tree, request: IncomingMessage, method: string, path: string, body: string | undefined, isBad: boolean): Promise<Answer> {
  if (body === undefined) return errorAnswer(413, 'PayloadTooLarge', 'The supplied payload is too large.')
  switch (method) {
    case 'GET':
    case 'HEAD':
      return get(subject.dialect.hasQueries ? withQuery(tree, queryOf(request.url ?? ''), isBad) : tree, path, request.headers['if-none-match'])
    case 'POST': {
      const json = parse(body)
      if (!json) return malformed()
      if (path === subject.paths.sessions) return subject.sessions.create(json)
      return (await subject.media.post(path, json, body === '')) ?? post(subject, path, json)
    }
    case 'PATCH': {
      const json = parse(body)
      return json ? await patch(subject, path, json, request.headers, etagOf(tree(path))) : malformed()
    }
    case 'DELETE':
      return path.startsWith(`${subject.paths.sessions}/`)
        ? subject.sessions.remove(path.slice(subject.paths.sessions.length + 1))
        : methodNotAllowed(method)
    default:
      return methodNotAllowed(method)
  }
}

function get(tree: Tree, path: string, ifNoneMatch: string | undefined): Answer {
  const resource = tree(path)
  if (!resource) return notFound(path)
  const etag = etagOf(resource)!
  if (ifNoneMatch === etag) return { status: 304, headers: { ETag: etag } }
  return { status: 200, body: resource, headers: { ETag: etag } }
}

/** DSP0266 §7.3 and §7.4: `$expand` gives a resource with what it links, `only` the one member of a collection that has one. */
function withQuery(tree: Tree, query: string, isBad: boolean): Tree {
  const plain = (path: string) => tree(path)
  if (query.startsWith('$expand=')) return (path) => mapDefined(tree(path), (one) => (isBad ? expandBadly : expandOneLevel)(one, plain) as Resource)
  if (query !== 'only') return tree
  return (path) => {
    const members = tree(path)?.Members as { '@odata.id': string }[] | undefined
    return members?.length === 1 ? tree(members[0]!['@odata.id']) : tree(path)
  }
}

const queryOf = (url: string) => decodeURIComponent(url.split('?', 2)[1] ?? '')
const mapDefined = <T, R>(value: T | undefined, map: (value: T) => R) => (value === undefined ? undefined : map(value))

function etagOf(resource: Resource | undefined): string | undefined {
  return resource && `"${createHash('sha1').update(JSON.stringify(resource)).digest('hex').slice(0, 16)}"`
}

/** A request's JSON object; an empty body is an empty object, anything else is refused. */
function parse(text: string): Resource | undefined {
  if (text === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Resource) : undefined
  } catch {
    return undefined
  }
}

/** The request's body as text, or `undefined` when it is larger than a BMC would take. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += (chunk as Buffer).length
    if (size <= requestLimitBytes) chunks.push(chunk as Buffer)
  }
  return size <= requestLimitBytes ? Buffer.concat(chunks).toString('utf8') : undefined
}

function send(response: ServerResponse, answer: Answer, server: string | undefined, method: string): void {
  const text = answer.body ? JSON.stringify(answer.body) : ''
  response.writeHead(answer.status, {
    'OData-Version': '4.0',
    'Cache-Control': 'no-cache',
    ...(server ? { Server: server } : {}),
    ...(answer.body ? { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': Buffer.byteLength(text) } : {}),
    ...(answer.status === 401 ? { 'WWW-Authenticate': 'Basic realm="BMC"' } : {}),
    ...answer.headers,
  })
  response.end(method === 'HEAD' ? undefined : text)
}
