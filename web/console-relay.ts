import { STATUS_CODES, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { WebSocket, WebSocketServer, type RawData } from 'ws'
import { userOfRequest } from '#lib/auth/request-user.ts'
import { isSameOrigin } from '#lib/auth/same-origin.ts'
import { stillSignedIn } from '#lib/auth/session.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { relaySocketName } from '#lib/config/relay.ts'
import { isDatabaseAway } from '#lib/data/away.ts'
import { findConsoleOwner } from '#lib/data/console.ts'
import { closeCodes, greatestTypedBytes, ticketProtocol } from '#lib/domain/console.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { nodeName } from '#lib/domain/node.ts'
import { admitUpgrade, type FrontDoor } from './front-door.ts'

/**
 * Carries a browser's WebSocket to the conductor that holds the node's console, and back. It understands no frame: who may come in is
 * decided before the handshake is answered, here by session and origin and there by the ticket.
 */
export type ConsoleRelay = {
  /** Owns every upgrade: what is no console is refused. */
  upgrade: (req: IncomingMessage, socket: Duplex, head: Buffer) => void
  close: () => Promise<void>
}

export type ConsoleRelayOptions = { door: FrontDoor; folder: string; pingMs?: number; recheckMs?: number }

/** What may wait in either direction before the other side is not read any more. */
const greatestWaiting = 256 * 1024
const connectMs = 8_000
const perPerson = 64

/** Why a handshake is refused. */
class Refused extends Error {
  readonly status: number
  constructor(status: number) {
    super(STATUS_CODES[status])
    this.status = status
  }
}

type Line = { browser: WebSocket; user: SignedInUser; isAlive: boolean }

export function createConsoleRelay({ door, folder, pingMs = 15_000, recheckMs = 60_000 }: ConsoleRelayOptions): ConsoleRelay {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: greatestTypedBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => [...offered].find((one) => ticketProtocol.test(one)) ?? false,
  })
  const lines = new Set<Line>()

  async function admit(req: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const refusal = admitUpgrade(req, door)
    if (refusal !== null) throw new Refused(refusal)
    const { node, query } = parseTarget(req.url!)
    if (req.headers.upgrade?.toLowerCase() !== 'websocket') throw new Refused(400)
    const headers = { get: (name: string) => [req.headers[name] ?? null].flat()[0] ?? null }
    const user = await userOfRequest(headers)
    if (!isSameOrigin(headers, user?.kind === 'person')) throw new Refused(403)
    if (user === null) throw new Refused(401)
    // A browser always says where a WebSocket comes from.
    if (user.kind === 'person' && headers.get('origin') === null) throw new Refused(403)
    const ticket = ticketOf(headers.get('sec-websocket-protocol'))
    if (ticket === null) throw new Refused(401)
    if ([...lines].filter((line) => line.user.id === user.id).length >= perPerson) throw new Refused(429)
    const owner = await findConsoleOwner(user, node)
    const conductor = await reach(join(folder, relaySocketName(owner)), `/console/${node}${query}`, ticket, user)
    let isBridged = false
    if (!socket.destroyed) {
      server.handleUpgrade(req, socket, head, (browser) => {
        isBridged = true
        bridge(browser, conductor, user)
      })
    }
    if (!isBridged) conductor.terminate()
  }

  function bridge(browser: WebSocket, conductor: WebSocket, user: SignedInUser): void {
    const line: Line = { browser, user, isAlive: true }
    lines.add(line)
    browser.on('pong', () => (line.isAlive = true))
    browser.on('close', () => lines.delete(line))
    carry(browser, conductor)
    carry(conductor, browser)
    browser.on('close', () => conductor.terminate())
    conductor.on('close', (code, reason) => browser.close(code >= 4000 ? code : closeCodes.away, reason))
    // What came while the browser's handshake was answered.
    conductor.resume()
  }

  const pinging = setInterval(() => {
    for (const line of lines) {
      if (!line.isAlive) line.browser.terminate()
      else line.browser.ping()
      line.isAlive = false
    }
  }, pingMs)
  const rechecking = setInterval(() => {
    for (const line of lines) void recheck(line)
  }, recheckMs)

  return {
    upgrade(req, socket, head) {
      socket.on('error', () => {})
      admit(req, socket, head).catch((error: unknown) => refuse(socket, statusOf(error)))
    },
    async close() {
      clearInterval(pinging)
      clearInterval(rechecking)
      for (const { browser } of lines) browser.close(1001, 'web stops')
      server.close()
    },
  }
}

/** A session also ends by its age; the conductor is told of every other end itself. With the database away the line goes on. */
async function recheck({ user, browser }: Line): Promise<void> {
  const now = await stillSignedIn(user).catch(() => user)
  if (now === null) browser.close(closeCodes.signedOut, 'the session has ended')
}

function parseTarget(target: string): { node: string; query: string } {
  const [pathname = '', query] = target.split('?', 2)
  const node = nodeName.safeParse(/^\/ws\/console\/([^/]+)$/.exec(pathname)?.[1])
  if (!node.success) throw new Refused(404)
  return { node: node.data, query: query === undefined ? '' : `?${query.slice(0, 200)}` }
}

function ticketOf(protocols: string | null): string | null {
  const offered = (protocols ?? '').split(',').map((one) => one.trim())
  return ticketProtocol.exec(offered.length === 1 ? offered[0]! : '')?.[1] ?? null
}

/** Opens the conductor's side. It answers the handshake only after it has consumed the ticket. */
function reach(path: string, target: string, ticket: string, user: SignedInUser): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const headers: Record<string, string> = { 'x-ticket': ticket, 'x-person': user.id }
    if (user.sessionId !== null) headers['x-session'] = user.sessionId
    if (user.ip !== null) headers['x-ip'] = user.ip
    if (user.requestId !== null) headers['x-request-id'] = user.requestId
    const conductor = new WebSocket(`ws://conductor${target}`, {
      headers,
      perMessageDeflate: false,
      maxPayload: 4 * 1024 * 1024,
      handshakeTimeout: connectMs,
      createConnection: (() => connect(path)) as never,
    })
    conductor.on('error', () => reject(new Refused(503)))
    conductor.on('unexpected-response', (_, response) => {
      response.resume()
      conductor.terminate()
      reject(new Refused(response.statusCode === 403 ? 403 : 503))
    })
    conductor.on('open', () => {
      conductor.pause()
      resolve(conductor)
    })
  })
}

/** One way: what comes from one goes to the other, which is not read faster than the other takes it. */
function carry(from: WebSocket, to: WebSocket): void {
  const drained = () => {
    if (from.isPaused && to.bufferedAmount < greatestWaiting / 4) from.resume()
  }
  from.on('error', () => {})
  from.on('message', (data: RawData, isBinary: boolean) => {
    if (to.readyState !== WebSocket.OPEN) return
    to.send(data as Buffer, { binary: isBinary }, drained)
    if (to.bufferedAmount > greatestWaiting) from.pause()
  })
}

function statusOf(error: unknown): number {
  if (error instanceof Refused || error instanceof BaseboardError) return error.status
  if (isDatabaseAway(error)) return 503
  console.error('web: a console could not be opened', error)
  return 500
}

function refuse(socket: Duplex, status: number): void {
  if (socket.destroyed) return
  const retry = status === 503 ? 'Retry-After: 2\r\n' : ''
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n${retry}Content-Length: 0\r\n\r\n`)
}
