import type { RawData, WebSocket } from 'ws'

/** The WebSocket is closed. `code` 1006: without a word of the peer (RFC 6455 §7.4.1). `isSilent`: we cut it, since nothing came any more. */
export type LineEnd = { code: number; reason: string; error: Error | undefined; isSilent: boolean }

export type LineOptions = {
  onBytes: (bytes: Buffer) => void
  /** Once, also after `close`. */
  onEnd: (end: LineEnd) => void
  pingMs?: number
}

/** A serial line in a WebSocket: bytes both ways, which of ours have arrived, and whether anybody is there. */
export type WebSocketLine = {
  /** The peer reads what we send: resolves with its first pong or first byte, rejects with a LineClosed. */
  readonly confirmed: Promise<void>
  /** Resolves when the peer has read it all. Rejects with a LineClosed, or a LineFull when 1 MiB already waits. */
  write(bytes: Uint8Array): Promise<void>
  pause(): void
  resume(): void
  /** Resolves when the connection is closed; that is bounded by the WebSocket's own `closeTimeout`. */
  close(): Promise<void>
}

export class LineClosed extends Error {
  override readonly name = 'LineClosed'
  readonly end: LineEnd

  constructor(end: LineEnd) {
    super('the WebSocket is closed')
    this.end = end
  }
}

export class LineFull extends Error {
  override readonly name = 'LineFull'
}

const greatestFrameBytes = 4 * 1024
const greatestWaitingBytes = 1024 * 1024
/** A peer that was silent for so many pings is gone. */
const missedPings = 3

type Waiting = { ping: number; bytes: number; resolve: () => void; reject: (error: Error) => void }

/**
 * Takes over an open WebSocket that is paused. Each write is followed by a ping: frames are read in order, so its pong says that the
 * peer has read the bytes before it (RFC 6455 §5.5.3: one pong may answer several pings).
 */
export function createWebSocketLine(socket: WebSocket, { onBytes, onEnd, pingMs = 10_000 }: LineOptions): WebSocketLine {
  const waiting: Waiting[] = []
  let held: Buffer[] = []
  let waitingBytes = 0
  let lastPing = 0
  let silentPings = 0
  let isPaused = false
  let isSilent = false
  let error: Error | undefined
  let end: LineEnd | undefined

  let isClosing = false
  let confirm = () => {}
  let refuse: (reason: Error) => void = () => {}
  let tellClosed = () => {}
  const confirmed = new Promise<void>((resolve, reject) => ([confirm, refuse] = [resolve, reject]))
  const closed = new Promise<void>((resolve) => (tellClosed = resolve))
  // Nobody need wait for it.
  confirmed.catch(() => {})

  function ping(): number {
    socket.ping(String(++lastPing), undefined, () => {})
    return lastPing
  }

  function heard(): void {
    silentPings = 0
    confirm()
  }

  function onMessage(data: RawData): void {
    heard()
    if (!isClosing) give(data as Buffer)
  }

  function give(bytes: Buffer): void {
    if (isPaused) held.push(bytes)
    else onBytes(bytes)
  }

  function onPong(payload: Buffer): void {
    const answered = /^\d{1,15}$/.test(payload.toString('latin1')) ? Number(payload.toString('latin1')) : 0
    if (answered > lastPing) return
    heard()
    while (waiting[0] !== undefined && waiting[0].ping <= answered) {
      const { bytes, resolve } = waiting.shift()!
      waitingBytes -= bytes
      resolve()
    }
  }

  /** While we read nothing, silence says nothing. */
  function watch(): void {
    if (isPaused) return
    if (silentPings >= missedPings) {
      isSilent = true
      return socket.terminate()
    }
    silentPings += 1
    ping()
  }

  socket.on('message', onMessage)
  socket.on('pong', onPong)
  socket.on('ping', heard)
  socket.on('error', (cause: Error) => (error ??= cause))
  socket.on('close', (code: number, reason: Buffer) => {
    clearInterval(watching)
    end = { code, reason: reason.toString('utf8'), error, isSilent }
    const gone = new LineClosed(end)
    // They have arrived; nobody will call `resume` for them any more.
    isPaused = false
    held.forEach(give)
    refuse(gone)
    for (const each of waiting.splice(0)) each.reject(gone)
    tellClosed()
    onEnd(end)
  })
  const watching = setInterval(watch, pingMs)
  ping()
  socket.resume()

  return {
    confirmed,
    async write(bytes) {
      if (end !== undefined) throw new LineClosed(end)
      if (waitingBytes + bytes.length > greatestWaitingBytes) throw new LineFull('1 MiB already waits to be read by the BMC')
      for (let at = 0; at < bytes.length; at += greatestFrameBytes) {
        socket.send(bytes.subarray(at, at + greatestFrameBytes), { binary: true }, () => {})
      }
      const number = ping()
      waitingBytes += bytes.length
      return new Promise((resolve, reject) => waiting.push({ ping: number, bytes: bytes.length, resolve, reject }))
    },
    pause() {
      isPaused = true
      socket.pause()
    },
    resume() {
      isPaused = false
      silentPings = 0
      // What had been read already when we paused. A consumer may pause again in the middle of it.
      const due = held
      held = []
      due.forEach(give)
      if (!isPaused) socket.resume()
    },
    async close() {
      isClosing = true
      held = []
      if (end !== undefined) return
      // A paused socket would not see the peer's closing frame.
      socket.resume()
      socket.close(1000)
      await closed
    },
  }
}
