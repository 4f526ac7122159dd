import {
  closeCodes,
  consoleMark,
  greatestTypedBytes,
  readConsoleFrame,
  type ConsoleFrame,
  type ConsoleMark,
  type ConsoleMode,
  type ConsoleRequest,
  type ConsoleStatus,
  type ConsoleViewer,
} from '#lib/domain/console.ts'
import { ApiError } from '#lib/api/fetcher.ts'
import type { WriteQueue } from './write-queue.ts'

/** Why no other connection is tried. */
export type End = 'signedOut' | 'revoked' | 'nodeGone' | 'tooMany'

/** The way to the conductor: of the socket, not of the serial session behind it. */
export type Line =
  | { state: 'connecting' }
  | { state: 'up' }
  /** It broke or never came about; it is tried again by itself. `text` says why where somebody said so. */
  | { state: 'down'; text: string | null }
  | { state: 'ended'; why: End }

export type Crew = { viewers: readonly ConsoleViewer[]; driver: string | null; heldFor: string | null }
export type Refusal = Extract<ConsoleFrame, { type: 'refused' }>

export type ConnectionEvents = {
  onLine: (line: Line) => void
  onHello: (you: string, mode: ConsoleMode) => void
  onStatus: (status: ConsoleStatus) => void
  onCrew: (crew: Crew) => void
  onTakenOver: (by: string, from: string | null) => void
  onRefused: (refusal: Refusal) => void
  /** History has been caught up: what comes now happens now. */
  onLive: (live: boolean) => void
  /** So many bytes were left out, as this browser was too slow for them. */
  onSkipped: (bytes: number) => void
}

/** What the stream does to a terminal. All of it is called in the order of the stream. */
export type Screen = {
  queue: WriteQueue
  reset: (columns: number, rows: number) => void
  resize: (columns: number, rows: number) => void
  mark: (mark: ConsoleMark) => void
}

type Socket = Pick<WebSocket, 'binaryType' | 'readyState' | 'send' | 'close' | 'onopen' | 'onmessage' | 'onclose'>

export type ConnectionOptions = {
  screen: Screen
  events: ConnectionEvents
  /** A new ticket for every connection; throws ApiError. */
  ticket: () => Promise<{ ticket: string; path: string }>
  /** Opens a WebSocket at a path of this site. */
  open: (path: string, protocol: string) => Socket
}

export type Connection = {
  /** Sends typed bytes; false when there is no line to send them on: they are not kept. */
  type: (bytes: Uint8Array) => boolean
  ask: (request: ConsoleRequest) => boolean
  /** Tries at once what would be tried later. */
  connectNow: () => void
  /** To be told whenever bytes were parsed: a line that was closed because too much waited is opened again. */
  parsed: (pending: number) => void
  close: () => void
}

const backOffMs = [500, 1000, 2000, 3000] as const
/** So much waits for the terminal before the line is let go. The server keeps what comes meanwhile, or says how much it left out. */
export const mostPendingBytes = 8 * 1024 * 1024
const fewPendingBytes = 512 * 1024
const openState = 1

function endOfClose(code: number): End | null {
  if (code === closeCodes.signedOut) return 'signedOut'
  if (code === closeCodes.revoked) return 'revoked'
  if (code === closeCodes.nodeGone) return 'nodeGone'
  return code === closeCodes.tooMany ? 'tooMany' : null
}

function endOfTicket(error: unknown): End | null {
  if (!(error instanceof ApiError)) return null
  if (error.status === 401) return 'signedOut'
  if (error.status === 403) return 'revoked'
  return error.status === 404 ? 'nodeGone' : null
}

/**
 * Keeps one terminal joined to its node's console. Every connection takes a new ticket; a terminal that has its stream says how far it
 * has come (`stream`, `offset`, last mark), so that nothing is lost and nothing doubled. Broken lines are opened again after 0.5 to 3 s.
 */
export function createConnection({ screen, events, ticket, open }: ConnectionOptions): Connection {
  const { queue } = screen
  let socket: Socket | null = null
  let stream: string | null = null
  let offset = 0
  let lastMark = 0
  let picture: Extract<ConsoleFrame, { type: 'screen' }> | null = null
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let attempt = 0
  let isOver = false
  let isResting = false

  const place = () => (stream === null ? '' : `?stream=${stream}&offset=${offset}&mark=${lastMark}`)

  function end(why: End): void {
    isOver = true
    events.onLine({ state: 'ended', why })
  }

  function later(text: string | null): void {
    events.onLine({ state: 'down', text })
    clearTimeout(timer)
    timer = setTimeout(() => void connect(), backOffMs[Math.min(failures, backOffMs.length - 1)])
    failures += 1
  }

  async function connect(): Promise<void> {
    clearTimeout(timer)
    attempt += 1
    const mine = attempt
    if (failures === 0) events.onLine({ state: 'connecting' })
    let got: Awaited<ReturnType<typeof ticket>>
    try {
      got = await ticket()
    } catch (error) {
      if (isOver || mine !== attempt) return
      const why = endOfTicket(error)
      if (why !== null) end(why)
      else later(error instanceof ApiError && error.status > 0 ? error.message : null)
      return
    }
    if (!isOver && mine === attempt) listen(open(got.path + place(), `ticket.${got.ticket}`))
  }

  function listen(next: Socket): void {
    socket = next
    next.binaryType = 'arraybuffer'
    next.onmessage = ({ data }: MessageEvent) => {
      if (socket !== next) return
      if (typeof data === 'string') onFrame(readConsoleFrame(data))
      else onBytes(new Uint8Array(data as ArrayBuffer))
    }
    next.onclose = ({ code }: CloseEvent) => {
      if (socket !== next) return
      drop()
      const why = endOfClose(code)
      if (why !== null) end(why)
      else later(null)
    }
  }

  function drop(): void {
    socket = null
    picture = null
    events.onLive(false)
  }

  function onBytes(bytes: Uint8Array): void {
    if (picture !== null) {
      const { columns, rows, skipped } = picture
      stream = picture.stream
      offset = picture.offset
      lastMark = 0
      picture = null
      queue.run(() => screen.reset(columns, rows))
      if (skipped !== undefined && skipped > 0) events.onSkipped(skipped)
    } else offset += bytes.byteLength
    if (bytes.byteLength > 0) queue.write(bytes)
    if (queue.pending() > mostPendingBytes) rest()
  }

  /** A WebSocket cannot be paused, so a browser that is behind hangs up, parses, and comes back to where it was. */
  function rest(): void {
    const old = socket
    isResting = true
    drop()
    old?.close(1000)
  }

  function onFrame(frame: ConsoleFrame | null): void {
    if (frame === null) return
    switch (frame.type) {
      case 'hello':
        events.onLine({ state: 'up' })
        return events.onHello(frame.you, frame.mode)
      case 'state':
        return events.onStatus(frame)
      case 'viewers':
        return events.onCrew(frame)
      case 'takenOver':
        return events.onTakenOver(frame.by, frame.from)
      case 'refused':
        return events.onRefused(frame)
      case 'screen':
        picture = frame
        return
      case 'resume':
        stream = frame.stream
        offset = frame.offset
        return
      case 'live': {
        failures = 0
        const mine = socket
        return queue.run(() => socket === mine && events.onLive(true))
      }
      case 'size':
        return inPlace(frame.id, () => screen.resize(frame.columns, frame.rows))
      case 'mark': {
        const mark = consoleMark.safeParse(frame)
        return inPlace(frame.id, () => mark.success && screen.mark(mark.data))
      }
    }
  }

  function inPlace(id: number, work: () => void): void {
    if (id <= lastMark) return
    lastMark = id
    queue.run(work)
  }

  function send(data: string | Uint8Array<ArrayBuffer>): boolean {
    if (socket === null || socket.readyState !== openState) return false
    socket.send(data)
    return true
  }

  void connect()
  return {
    type(bytes) {
      for (let from = 0; from < bytes.byteLength; from += greatestTypedBytes) {
        if (!send(bytes.slice(from, from + greatestTypedBytes))) return false
      }
      return true
    },
    ask: (request) => send(JSON.stringify(request)),
    connectNow() {
      if (socket !== null || isResting) return
      isOver = false
      failures = 0
      void connect()
    },
    parsed(pending) {
      if (!isResting || isOver || pending > fewPendingBytes) return
      isResting = false
      void connect()
    },
    close() {
      isOver = true
      clearTimeout(timer)
      const old = socket
      socket = null
      old?.close(1000)
    },
  }
}
