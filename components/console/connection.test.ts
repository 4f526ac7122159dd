import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ApiError } from '#lib/api/fetcher.ts'
import { createConnection, mostPendingBytes, type ConnectionEvents, type Line } from './connection.ts'
import { createWriteQueue } from './write-queue.ts'

const utf8 = new TextEncoder()
const text = new TextDecoder()
const at = '2026-11-23T18:00:00.000Z'

/** A socket whose far end is the test. */
function createSocket(url: string, protocol: string) {
  const sent: (string | Uint8Array)[] = []
  return {
    url,
    protocol,
    sent,
    binaryType: 'blob' as BinaryType,
    readyState: 1 as WebSocket['readyState'],
    onopen: null,
    onmessage: null as WebSocket['onmessage'],
    onclose: null as WebSocket['onclose'],
    send: (data: unknown) => void sent.push(data as string | Uint8Array),
    close() {
      this.readyState = 3
    },
    frame(frame: object) {
      this.onmessage?.call(this as never, { data: JSON.stringify(frame) } as MessageEvent)
    },
    bytes(content: string) {
      this.onmessage?.call(this as never, { data: utf8.encode(content).buffer } as MessageEvent)
    },
    breaks(code = 1006) {
      this.readyState = 3
      this.onclose?.call(this as never, { code } as CloseEvent)
    },
  }
}

/** A connection over fake sockets, and all that its terminal was told, in order. `parses` false keeps bytes unparsed until `parse()`. */
function setUp({ parses = true, ticket = async () => ({ ticket: 'T', path: '/ws/console/n1' }) } = {}) {
  const sockets: ReturnType<typeof createSocket>[] = []
  const shown: string[] = []
  const lines: Line[] = []
  const skips: number[] = []
  const live: boolean[] = []
  const held: (() => void)[] = []
  const none = () => {}
  const events: ConnectionEvents = {
    onLine: (line) => lines.push(line),
    onHello: none,
    onStatus: none,
    onCrew: none,
    onTakenOver: none,
    onRefused: none,
    onLive: (now) => live.push(now),
    onSkipped: (bytes) => skips.push(bytes),
  }
  const queue = createWriteQueue(
    (bytes, done) => {
      const parse = () => {
        shown.push(bytes.length > 1000 ? `${bytes.length} bytes` : text.decode(bytes))
        done()
      }
      if (parses) parse()
      else held.push(parse)
    },
    (pending) => connection.parsed(pending),
  )
  const screen = {
    queue,
    reset: (columns: number, rows: number) => shown.push(`[reset ${columns}x${rows}]`),
    resize: (columns: number, rows: number) => shown.push(`[size ${columns}x${rows}]`),
    mark: ({ id, kind }: { id: number; kind: string }) => shown.push(`[${id} ${kind}]`),
  }
  const connection = createConnection({
    screen,
    events,
    ticket: vi.fn(ticket),
    open(url, protocol) {
      const socket = createSocket(url, protocol)
      sockets.push(socket)
      return socket as never
    },
  })
  const parseAll = async () => {
    while (held.length > 0) {
      held.shift()!()
      await vi.advanceTimersByTimeAsync(0)
    }
  }
  return { connection, sockets, shown, lines, skips, live, parseAll }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const settle = () => vi.advanceTimersByTimeAsync(0)

async function opened() {
  const rig = setUp()
  await settle()
  const [socket] = rig.sockets
  socket!.frame({ type: 'hello', you: 'v1', node: 'n1', mode: 'drive', capture: 'watched' })
  socket!.frame({ type: 'screen', stream: 'ab12', offset: 100, columns: 80, rows: 24 })
  socket!.bytes('PICTURE')
  return { ...rig, socket: socket! }
}

test('a new terminal asks for no place, and resets for the picture before its bytes', async () => {
  const { sockets, shown, lines } = await opened()
  expect(sockets[0]!.url).toBe('/ws/console/n1')
  expect(sockets[0]!.protocol).toBe('ticket.T')
  expect(shown).toEqual(['[reset 80x24]', 'PICTURE'])
  expect(lines.map(({ state }) => state)).toEqual(['connecting', 'up'])
})

test('a broken line comes back to its place: the picture counts no bytes, the stream does', async () => {
  const { socket, sockets, shown } = await opened()
  socket.bytes('0123456789')
  socket.frame({ type: 'mark', id: 4, offset: 110, at, kind: 'closedByBmc' })
  socket.breaks()
  await vi.advanceTimersByTimeAsync(500)
  expect(sockets[1]!.url).toBe('/ws/console/n1?stream=ab12&offset=110&mark=4')
  sockets[1]!.frame({ type: 'resume', stream: 'ab12', offset: 110 })
  sockets[1]!.bytes('abc')
  sockets[1]!.breaks()
  await vi.advanceTimersByTimeAsync(1000)
  expect(sockets[2]!.url).toBe('/ws/console/n1?stream=ab12&offset=113&mark=4')
  expect(shown).toEqual(['[reset 80x24]', 'PICTURE', '0123456789', '[4 closedByBmc]', 'abc'])
})

test('a picture that was announced and never came changes nothing', async () => {
  const { socket, sockets, shown } = await opened()
  socket.bytes('x')
  socket.frame({ type: 'screen', stream: 'ff', offset: 9000, columns: 120, rows: 40 })
  socket.breaks()
  await vi.advanceTimersByTimeAsync(500)
  expect(sockets[1]!.url).toContain('?stream=ab12&offset=101&mark=0')
  expect(shown).not.toContain('[reset 120x40]')
})

test('bytes of a socket that was given up are not shown', async () => {
  const { socket, sockets, shown } = await opened()
  socket.breaks()
  socket.bytes('late')
  await vi.advanceTimersByTimeAsync(500)
  expect(sockets).toHaveLength(2)
  expect(shown).not.toContain('late')
})

test('marks and sizes stand at their place although bytes before them are still unparsed, and none comes twice', async () => {
  const rig = setUp({ parses: false })
  await settle()
  const socket = rig.sockets[0]!
  socket.frame({ type: 'screen', stream: 'ab', offset: 0, columns: 80, rows: 24 })
  socket.bytes('')
  socket.bytes('one ')
  socket.frame({ type: 'mark', id: 1, offset: 4, at, kind: 'power', by: 'ada', action: 'PowerCycle' })
  socket.bytes('two ')
  socket.frame({ type: 'size', id: 2, offset: 8, columns: 120, rows: 40, by: 'ada' })
  socket.frame({ type: 'mark', id: 2, offset: 8, at, kind: 'hostBreak' })
  socket.bytes('three')
  await rig.parseAll()
  expect(rig.shown).toEqual(['[reset 80x24]', 'one ', '[1 power]', 'two ', '[size 120x40]', 'three'])
})

test('live is told when all that came before it has been parsed', async () => {
  const rig = setUp({ parses: false })
  await settle()
  rig.sockets[0]!.bytes('history')
  rig.sockets[0]!.frame({ type: 'live' })
  expect(rig.live).toEqual([])
  await rig.parseAll()
  expect(rig.live).toEqual([true])
})

test('a mark of a kind that is not known here, and what is no frame, are passed over', async () => {
  const { socket, shown } = await opened()
  socket.frame({ type: 'mark', id: 9, offset: 100, at, kind: 'eclipse' })
  socket.onmessage?.call(socket as never, { data: 'not json' } as MessageEvent)
  socket.frame({ type: 'surprise' })
  socket.bytes('on')
  expect(shown).toEqual(['[reset 80x24]', 'PICTURE', 'on'])
})

test('tries again after 0.5, 1, 2, 3 and 3 s, with a new ticket each time, and from the start once it was live', async () => {
  const { socket, sockets } = await opened()
  socket.breaks()
  for (const [index, wait] of [500, 1000, 2000, 3000, 3000].entries()) {
    await vi.advanceTimersByTimeAsync(wait - 1)
    expect(sockets).toHaveLength(index + 1)
    await vi.advanceTimersByTimeAsync(1)
    expect(sockets).toHaveLength(index + 2)
    sockets.at(-1)!.breaks(4503)
  }
  await vi.advanceTimersByTimeAsync(3000)
  sockets.at(-1)!.frame({ type: 'live' })
  const before = sockets.length
  sockets.at(-1)!.breaks()
  await vi.advanceTimersByTimeAsync(500)
  expect(sockets).toHaveLength(before + 1)
})

test.each([
  [4401, 'signedOut'],
  [4403, 'revoked'],
  [4404, 'nodeGone'],
  [4429, 'tooMany'],
])('close code %i ends it as %s', async (code, why) => {
  const { socket, sockets, lines } = await opened()
  socket.breaks(code)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(lines.at(-1)).toEqual({ state: 'ended', why })
  expect(sockets).toHaveLength(1)
})

test('a ticket that is refused for good ends it; one that nobody can give now is asked for again and says why', async () => {
  const refused = setUp({ ticket: () => Promise.reject(new ApiError('forbidden', 403, 'no')) })
  await settle()
  expect(refused.lines.at(-1)).toEqual({ state: 'ended', why: 'revoked' })

  let asked = 0
  const away = setUp({
    ticket: async () => {
      asked += 1
      if (asked === 1) throw new ApiError('no-conductor', 503, 'nobody owns n1 now')
      return { ticket: 'T2', path: '/ws/console/n1' }
    },
  })
  await settle()
  expect(away.lines.at(-1)).toEqual({ state: 'down', text: 'nobody owns n1 now' })
  await vi.advanceTimersByTimeAsync(500)
  expect(away.sockets[0]!.protocol).toBe('ticket.T2')
})

test('too much that waits for the terminal ends the line until it is parsed; then it comes back to its place', async () => {
  const rig = setUp({ parses: false })
  await settle()
  const socket = rig.sockets[0]!
  socket.frame({ type: 'screen', stream: 'ab', offset: 0, columns: 80, rows: 24 })
  socket.bytes('')
  const frame = 'x'.repeat(32 * 1024)
  let count = 0
  while (socket.readyState === 1) {
    socket.bytes(frame)
    count += 1
  }
  expect(count).toBe(mostPendingBytes / frame.length + 1)
  socket.bytes('late')
  await vi.advanceTimersByTimeAsync(10_000)
  expect(rig.sockets).toHaveLength(1)
  await rig.parseAll()
  await settle()
  expect(rig.sockets).toHaveLength(2)
  expect(rig.sockets[1]!.url).toContain(`offset=${count * frame.length}&`)
  expect(rig.shown).toHaveLength(count + 1)
})

test('what was left out is said', async () => {
  const { socket, skips } = await opened()
  socket.frame({ type: 'screen', stream: 'ab12', offset: 5000, columns: 80, rows: 24, skipped: 4900 })
  socket.bytes('')
  expect(skips).toEqual([4900])
})

test('long typing is cut into frames of 16 KiB, and nothing is sent without a line', async () => {
  const { connection, socket } = await opened()
  expect(connection.type(new Uint8Array(40_000))).toBe(true)
  expect(socket.sent.map((frame) => frame.length)).toEqual([16_384, 16_384, 7232])
  expect(connection.ask({ type: 'sysrq', key: 's' })).toBe(true)
  expect(socket.sent.at(-1)).toBe('{"type":"sysrq","key":"s"}')
  socket.breaks()
  expect(connection.type(utf8.encode('lost'))).toBe(false)
  expect(connection.ask({ type: 'break' })).toBe(false)
})

test('a closed connection stays closed', async () => {
  const { connection, socket, sockets, shown } = await opened()
  connection.close()
  socket.bytes('late')
  socket.breaks()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(sockets).toHaveLength(1)
  expect(shown).toEqual(['[reset 80x24]', 'PICTURE'])
})
