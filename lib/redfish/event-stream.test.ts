import type { ServerResponse } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { DEFAULT_STREAM_LIMITS, readEventStream, type EventStreamLimits } from './event-stream.ts'
import { openRedfish } from './session.ts'
import { startTestBmc, withSessions, type TestBmc } from './testing/test-bmc.ts'

let bmc: TestBmc | undefined
afterEach(() => bmc?.close())

const path = '/redfish/v1/EventService/SSE'

/** Listens to a BMC that answers so; gives how often it heard something, and how it ended. */
async function listenTo(answer: (response: ServerResponse) => void, limits: Partial<EventStreamLimits> = {}, stopAfter = Infinity) {
  bmc = await startTestBmc((_request, response) => answer(response))
  const stop = new AbortController()
  let heard = 0
  const end = await readEventStream(bmc.target, path, { 'x-auth-token': 't' }, {
    onEvent() {
      heard += 1
      if (heard >= stopAfter) stop.abort()
    },
    signal: stop.signal,
    limits: { ...DEFAULT_STREAM_LIMITS, headersMs: 2_000, ...limits },
  }).catch((error: unknown) => error)
  return { heard, end }
}

const start = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
const event = 'id: 1\ndata: {}\n\n'

test('tells of each event, and how the stream ended', async () => {
  const { heard, end } = await listenTo((response) => {
    start(response).write(event)
    response.write(': heartbeat\n\n')
    response.end()
  })
  expect([heard, end]).toEqual([1, 'closed'])
})

test('a stop closes the connection', async () => {
  let isClosed: Promise<void> | undefined
  const { end } = await listenTo((response) => {
    isClosed = new Promise((resolve) => response.on('close', resolve))
    start(response).write(event)
  }, {}, 1)
  expect(end).toMatchObject({ kind: 'closed' })
  await isClosed
})

test('one that says nothing for long is idle', async () => {
  const { end } = await listenTo((response) => void start(response).flushHeaders(), { idleMs: 20 })
  expect(end).toBe('idle')
})

test.each<[string, (response: ServerResponse) => void, string]>([
  ['a page', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'), 'unsupported'],
  ['JSON', (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'), 'unsupported'],
  ['nothing there', (response) => response.writeHead(404).end(), 'unsupported'],
  ['a redirect', (response) => response.writeHead(302, { location: 'https://elsewhere/' }).end(), 'unsupported'],
  ['a packed stream', (response) => response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' }).end('x'), 'unsupported'],
  ['no session', (response) => response.writeHead(401).end(), 'unauthorized'],
  ['not for this user', (response) => response.writeHead(403).end(), 'forbidden'],
  ['too many', (response) => response.writeHead(503).end(), 'http'],
  ['an endless line', (response) => start(response).write(`data: ${'x'.repeat(5000)}`), 'too-large'],
  ['an endless event', (response) => start(response).write('data: x\n'.repeat(5000)), 'too-large'],
  ['a flood', (response) => start(response).write(event.repeat(5000)), 'too-large'],
  ['headers that never come', () => {}, 'timeout'],
])('%s', async (_name, answer, kind) => {
  const limits = { maxLineBytes: 2000, maxEventBytes: 4000, maxBytesPerMinute: 40_000, headersMs: kind === 'timeout' ? 30 : 2_000 }
  const { end } = await listenTo(answer, limits)
  expect(end).toMatchObject({ name: 'RedfishError', kind })
})

test('an event that comes byte by byte meets its deadline', async () => {
  const { heard, end } = await listenTo((response) => {
    start(response)
    const drip = setInterval(() => response.write('d'), 5)
    response.on('close', () => clearInterval(drip))
  }, { eventMs: 50 })
  expect(heard).toBe(0)
  expect(end).toMatchObject({ kind: 'timeout' })
})

test('goes over the session: its token, its certificate, and no path outside', async () => {
  const tokens: unknown[] = []
  bmc = await startTestBmc(
    withSessions((request, response) => {
      tokens.push(request.headers['x-auth-token'])
      start(response).end(event)
    }),
  )
  const session = await openRedfish(bmc.target)
  let heard = 0
  const options = { onEvent: () => (heard += 1), signal: new AbortController().signal }
  expect(await session.listen(path, options)).toBe('closed')
  expect([heard, tokens]).toEqual([1, ['1']])
  await expect(session.listen('https://elsewhere/redfish/v1/SSE', options)).rejects.toMatchObject({ kind: 'foreign-link' })
  bmc.swapCertificate()
  await expect(session.listen(path, options)).rejects.toMatchObject({ kind: 'certificate-changed' })
  expect(tokens).toHaveLength(1)
  await session.close()
})
