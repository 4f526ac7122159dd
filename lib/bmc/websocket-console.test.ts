import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocketServer, type WebSocket } from 'ws'
import { startRack } from '#simulator/rack.ts'
import { sendJson, startTestBmc, withSessions, type TestBmc } from '#lib/redfish/testing/test-bmc.ts'
import type { BmcConsole, ConsoleEnd, ConsoleOptions } from './console.ts'
import type { BmcTarget } from './target.ts'
import { openWebSocketConsole } from './websocket-console.ts'

let bmc: TestBmc
let tokens: { next: number; live: Set<string> }
let peers: WebSocket[] = []
let asked: string[] = []
const open: BmcConsole[] = []
const wss = new WebSocketServer({ noServer: true })

/** What the BMC does with an upgrade; by default it gives the console at `/console/default` to who has a token. */
let onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void

const refuse = (socket: Duplex, status: number, more = '') => socket.end(`HTTP/1.1 ${status} x\r\n${more}content-length: 0\r\n\r\n`)
const accept = (request: IncomingMessage, socket: Duplex, head: Buffer, then = (_peer: WebSocket) => {}) =>
  wss.handleUpgrade(request, socket, head, (peer) => {
    peers.push(peer)
    then(peer)
  })

beforeEach(async () => {
  tokens = { next: 1, live: new Set() }
  peers = []
  asked = []
  onUpgrade = (request, socket, head) => {
    if (!tokens.live.has(String(request.headers['x-auth-token']))) return refuse(socket, 401)
    if (request.url !== '/console/default') return refuse(socket, 404)
    accept(request, socket, head)
  }
  bmc = await startTestBmc(withSessions((_request, response) => sendJson(response, {}, 404), tokens))
  bmc.http.on('upgrade', (request, socket, head) => {
    asked.push(request.url ?? '')
    onUpgrade(request, socket, head)
  })
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()))
  await bmc.close()
})

const target = (): BmcTarget => ({ address: 'bmc-of-n1', ip: '127.0.0.1', port: bmc.target.port, username: 'admin', password: 'secret', pin: null })

async function openOne(options: Partial<ConsoleOptions> = {}) {
  let text = ''
  let end: ConsoleEnd | undefined
  const console = await openWebSocketConsole(target(), {
    onBytes: (bytes) => (text += bytes.toString('latin1')),
    onEnd: (reason) => (end = reason),
    ...options,
  })
  open.push(console)
  const until = async (holds: () => boolean) => {
    while (!holds()) await sleep(5)
  }
  return { console, until, seen: () => text, end: () => end, ended: () => until(() => end !== undefined) }
}

test('types, reads and leaves no session behind', async () => {
  const { console, until, seen } = await openOne()
  expect(console).toMatchObject({ via: 'websocket', address: `bmc-of-n1:${bmc.target.port}` })
  expect(asked).toEqual(['/console/default'])
  expect(tokens.live.size).toBe(1)
  peers[0]!.on('message', (bytes: Buffer) => peers[0]!.send(bytes))
  expect(await console.write(Buffer.from('root\r'))).toBe('accepted')
  await until(() => seen() === 'root\r')
  expect(await console.sendBreak()).toBe('refused')
  await console.close()
  expect(tokens.live.size).toBe(0)
})

test('an older BMC has it at /console0', async () => {
  onUpgrade = (request, socket, head) => (request.url === '/console0' ? accept(request, socket, head) : refuse(socket, 404))
  await openOne()
  expect(asked).toEqual(['/console/default', '/console0'])
})

test.each([
  ['nothing there', 404],
  ['a page', 200],
  ['another method', 405],
])('%s is unsupported, and says so', async (_name, status) => {
  onUpgrade = (_request, socket) => refuse(socket, status)
  await expect(openOne()).rejects.toMatchObject({ kind: 'unsupported', message: expect.stringContaining(`bmc-of-n1:${bmc.target.port}: this BMC has no serial console`) as string })
  expect(tokens.live.size).toBe(0)
})

test('no redirect is followed', async () => {
  onUpgrade = (_request, socket) => refuse(socket, 302, `location: https://127.0.0.1:${bmc.target.port}/elsewhere\r\n`)
  await expect(openOne()).rejects.toMatchObject({ kind: 'unsupported' })
  expect(asked).toEqual(['/console/default', '/console0'])
})

test.each([
  [401, 'credentials'],
  [403, 'credentials'],
  [503, 'console-busy'],
  [500, 'failed'],
])('status %i is %s, and no other path is tried', async (status, kind) => {
  onUpgrade = (_request, socket) => refuse(socket, status)
  await expect(openOne()).rejects.toMatchObject({ name: 'BmcError', kind })
  expect(asked).toEqual(['/console/default'])
  expect(tokens.live.size).toBe(0)
})

test.each([
  ['Max sessions are already connected', 'console-busy'],
  ['Unauthorized access', 'credentials'],
  ['getDbusObject() for consoles failed.', 'failed'],
])('opened and closed at once with «%s» is %s', async (reason, kind) => {
  onUpgrade = (request, socket, head) =>
    // As bmcweb does: it reads nothing, no ping either, until it has the console.
    accept(request, socket, head, (peer) => {
      peer.pause()
      peer.close(1000, reason)
      peer.resume()
    })
  await expect(openOne()).rejects.toMatchObject({ kind, message: expect.stringContaining(reason) as string })
  expect(tokens.live.size).toBe(0)
})

test('a wrong password is credentials, before any upgrade', async () => {
  await expect(openWebSocketConsole({ ...target(), password: 'wrong' }, { onBytes: () => {}, onEnd: () => {} })).rejects.toMatchObject({ kind: 'credentials' })
  expect(asked).toEqual([])
})

test('a certificate that changes after the login gets no upgrade and no token, although the first was only seen', async () => {
  const swapping = await startTestBmc(
    withSessions(
      () => {},
      tokens,
      (_login, response) => {
        swapping.swapCertificate()
        sendJson(response, {}, 201, { 'x-auth-token': 't', location: '/redfish/v1/SessionService/Sessions/1' })
      },
    ),
  )
  let upgrades = 0
  swapping.http.on('upgrade', () => (upgrades += 1))
  const opening = openWebSocketConsole({ ...target(), port: swapping.target.port }, { onBytes: () => {}, onEnd: () => {} })
  await expect(opening).rejects.toMatchObject({ kind: 'certificate' })
  expect(upgrades).toBe(0)
  await swapping.close()
})

test('closed by the BMC, dropped by it, and gone are three ends', async () => {
  const first = await openOne()
  peers[0]!.close(1001, 'Error connecting to host port')
  await first.ended()
  expect(first.end()).toMatchObject({ kind: 'closed-by-bmc', text: expect.stringContaining('(Error connecting to host port)') as string })
  expect(tokens.live.size).toBe(0)

  const second = await openOne()
  peers[1]!.terminate()
  await second.ended()
  expect(second.end()).toMatchObject({ kind: 'session-ended' })
  await expect(second.console.write(Buffer.of(1))).rejects.toMatchObject({ name: 'BmcError', kind: 'unreachable' })

  const third = await openOne()
  await bmc.close()
  await third.ended()
  expect(third.end()).toMatchObject({ kind: 'lost', text: expect.stringContaining('bmc-of-n1:') as string })
})

test('a message above 64 KiB ends it; the same in pieces does not', async () => {
  const { until, seen, ended, end } = await openOne()
  for (let i = 0; i < 4; i++) peers[0]!.send(Buffer.alloc(60 * 1024, 'x'))
  await until(() => seen().length === 240 * 1024)
  peers[0]!.send(Buffer.alloc(64 * 1024 + 1))
  await ended()
  expect(end()).toMatchObject({ kind: 'session-ended', text: expect.stringContaining('payload') as string })
})

test('a stop during the opening leaves no session', async () => {
  const stop = new AbortController()
  onUpgrade = () => stop.abort()
  await expect(openOne({ signal: stop.signal })).rejects.toMatchObject({ name: 'BmcError' })
  expect(tokens.live.size).toBe(0)
})

test('an OpenBMC: signs in at the host, shares the line, and ends when the BMC restarts', async () => {
  const rack = await startRack({ nodes: [{ name: 'n1', make: 'openbmc', persona: 'healthy', protocol: 'redfish', faces: ['redfish'] }] })
  const node = rack.node('n1')
  const at = { ...target(), port: node.describe().ports.redfish! }
  const texts = ['', '']
  const ends: ConsoleEnd[] = []
  const consoles = await Promise.all(
    texts.map((_, i) => openWebSocketConsole(at, { onBytes: (bytes) => (texts[i] += bytes.toString('latin1')), onEnd: (end) => ends.push(end) })),
  )
  open.push(...consoles)
  expect(await consoles[0]!.write(Buffer.from('\r'))).toBe('accepted')
  while (!texts.every((text) => text.includes('n1 login: '))) await sleep(5)
  expect(texts[0]).toBe(texts[1])
  node.restartBmc()
  while (ends.length < 2) await sleep(5)
  expect(ends.map(({ kind }) => kind)).toEqual(['session-ended', 'session-ended'])
  expect(node.redfish!.sessions.openCount()).toBe(0)
  node.setPersona('garbage')
  await expect(openWebSocketConsole(at, { onBytes: () => {}, onEnd: () => {} })).rejects.toMatchObject({ name: 'BmcError' })
  await rack.close()
})
