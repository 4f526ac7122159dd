import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { createWebSocketLine, type LineEnd, type LineOptions, type WebSocketLine } from './websocket-line.ts'

let server: WebSocketServer
const lines: WebSocketLine[] = []
beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', autoPong: false })
  await once(server, 'listening')
})
afterEach(async () => {
  for (const peer of server.clients) peer.terminate()
  await Promise.all(lines.splice(0).map((line) => line.close()))
  server.close()
})

async function openLine(given: Partial<LineOptions> = {}) {
  let text = ''
  let end: LineEnd | undefined
  const accepted = once(server, 'connection') as Promise<[WebSocket]>
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    maxPayload: 1024,
    closeTimeout: 200,
  } as object)
  await once(socket, 'open')
  socket.pause()
  const line = createWebSocketLine(socket, {
    onBytes: (bytes) => (text += bytes.toString('latin1')),
    onEnd: (given) => (end = given),
    ...given,
  })
  lines.push(line)
  const [peer] = await accepted
  const pings: string[] = []
  let typed = ''
  peer.on('ping', (payload: Buffer) => pings.push(payload.toString()))
  peer.on('message', (bytes: Buffer) => (typed += bytes.toString('latin1')))
  const until = async (holds: () => boolean) => {
    while (!holds()) await sleep(2)
  }
  return { line, peer, pings, until, seen: () => text, typed: () => typed, end: () => end }
}

test('is confirmed by the first pong or the first byte, not by being open', async () => {
  const first = await openLine()
  let isConfirmed = false
  void first.line.confirmed.then(() => (isConfirmed = true))
  await first.until(() => first.pings.length === 1)
  expect(isConfirmed).toBe(false)
  first.peer.pong(first.pings[0])
  await first.line.confirmed
  const second = await openLine()
  second.peer.send(Buffer.from('login: '))
  await second.line.confirmed
  expect(second.seen()).toBe('login: ')
})

test('what is written counts as read when its pong is there, and one pong answers for all before it', async () => {
  const { line, peer, pings, until, typed } = await openLine()
  const order: string[] = []
  const writes = ['a', 'b'].map((key) => line.write(Buffer.from(key)).then(() => order.push(key)))
  await until(() => pings.length === 3)
  expect(typed()).toBe('ab')
  // A pong for what was never sent, and one that is no answer of ours.
  peer.pong('999')
  peer.pong('nonsense')
  peer.pong(pings[0])
  await line.confirmed
  expect(order).toEqual([])
  peer.pong(pings[2])
  await Promise.all(writes)
  expect(order).toEqual(['a', 'b'])
})

test('a long write travels in frames of 4 KiB; more than 1 MiB is not kept; what waits at the end is not accepted', async () => {
  const { line, peer, until, typed } = await openLine()
  const lengths: number[] = []
  peer.on('message', (bytes: Buffer) => lengths.push(bytes.length))
  const waiting = line.write(Buffer.alloc(1024 * 1024, 'x')).catch((error: unknown) => error)
  await expect(line.write(Buffer.of(1))).rejects.toMatchObject({ name: 'LineFull' })
  await until(() => typed().length === 1024 * 1024)
  expect(Math.max(...lengths)).toBe(4096)
  peer.close(1000, 'bye')
  expect(await waiting).toMatchObject({ name: 'LineClosed', end: { code: 1000, reason: 'bye' } })
  await expect(line.write(Buffer.of(1))).rejects.toMatchObject({ name: 'LineClosed' })
})

test('gives nothing while paused, and everything in order afterwards', async () => {
  const { line, peer, pings, until, seen } = await openLine()
  await until(() => pings.length === 1)
  line.pause()
  for (const letter of 'abcdef') peer.send(Buffer.from(letter))
  await sleep(20)
  expect(seen()).toBe('')
  line.resume()
  await until(() => seen().length === 6)
  expect(seen()).toBe('abcdef')
})

test('one that pauses in the middle of a packet gets the rest after it', async () => {
  let paused: WebSocketLine | undefined
  let text = ''
  const { line, peer, until } = await openLine({
    onBytes(bytes) {
      text += bytes.toString('latin1')
      if (text === 'ab') paused?.pause()
    },
  })
  paused = line
  for (const letter of 'abcdef') peer.send(Buffer.from(letter))
  await until(() => text.length >= 2)
  await sleep(20)
  expect(text).toBe('ab')
  line.resume()
  await until(() => text.length === 6)
  expect(text).toBe('abcdef')
})

test('a peer that falls silent is cut; one that answers pings is not', async () => {
  const silent = await openLine({ pingMs: 3 })
  await silent.until(() => silent.end() !== undefined)
  expect(silent.end()).toMatchObject({ code: 1006, isSilent: true })
  const alive = await openLine({ pingMs: 3 })
  alive.peer.on('ping', (payload: Buffer) => alive.peer.pong(payload))
  await alive.until(() => alive.pings.length > 20)
  expect(alive.end()).toBeUndefined()
})

test('a message above the limit ends it, and closing one whose peer does not answer ends too', async () => {
  const { peer, until, end } = await openLine()
  peer.send(Buffer.alloc(2000))
  await until(() => end() !== undefined)
  expect(end()?.error?.message).toMatch(/payload/i)
  const deaf = await openLine()
  deaf.peer.pause()
  await deaf.line.close()
  expect(deaf.end()).toMatchObject({ code: 1006 })
})
