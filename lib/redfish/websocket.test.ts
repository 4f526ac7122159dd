import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { WebSocket } from 'ws'
import { openWebSocket, type WebSocketOptions } from './websocket.ts'

const options: WebSocketOptions = { connectMs: 2_000, totalMs: 2_000, maxPayloadBytes: 1024, closeMs: 100 }
const sockets = new Set<Socket>()
let server: Server | undefined
afterEach(() => {
  for (const socket of sockets) socket.destroy()
  server?.close()
})

/** A peer that answers the upgrade with whatever it likes, without TLS. */
async function serve(answer: (socket: Socket, request: string) => void): Promise<number> {
  server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('data', (piece) => answer(socket, piece.toString('latin1')))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

const open = (port: number, more: Partial<WebSocketOptions> = {}): Promise<WebSocket> =>
  openWebSocket({ host: '127.0.0.1', port, scheme: 'http' }, '/console0', { 'x-auth-token': 'secret' }, { ...options, ...more })

test('offers no compression and no subprotocol, and sends the token', async () => {
  let asked = ''
  const port = await serve((socket, request) => {
    asked = request.toLowerCase()
    socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n')
  })
  await expect(open(port)).rejects.toMatchObject({ kind: 'not-found', status: 404 })
  expect(asked).toContain('x-auth-token: secret')
  expect(asked).not.toMatch(/sec-websocket-(?:extensions|protocol)/)
})

test.each([
  ['a wrong accept key', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n', 'garbled'],
  ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', 'not-redfish'],
  ['another way', 'HTTP/1.1 302 Found\r\nLocation: https://elsewhere/\r\ncontent-length: 0\r\n\r\n', 'http'],
  ['an endless header', `HTTP/1.1 101 Switching Protocols\r\nx: ${'y'.repeat(64 * 1024)}`, 'not-redfish'],
  ['a page that never ends', 'HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n<html>', 'http'],
])('%s is refused', async (_name, bytes, kind) => {
  const port = await serve((socket) => socket.write(bytes))
  await expect(open(port)).rejects.toMatchObject({ name: 'RedfishError', kind })
})

test('a peer that sends a byte now and then meets the deadline, and a stop is obeyed', async () => {
  const port = await serve((socket) => {
    const drip = setInterval(() => socket.write('H'), 5)
    socket.on('close', () => clearInterval(drip))
  })
  // The first byte that makes no header would end it: a status line that grows does not.
  const slow = await serve((socket) => {
    socket.write('HTTP/1.1 200 ')
    const drip = setInterval(() => socket.write('O'), 5)
    socket.on('close', () => clearInterval(drip))
  })
  await expect(open(slow, { totalMs: 60 })).rejects.toMatchObject({ kind: 'timeout' })
  const stop = new AbortController()
  const opening = open(port, { signal: stop.signal })
  stop.abort()
  await expect(opening).rejects.toMatchObject({ kind: 'closed' })
})
