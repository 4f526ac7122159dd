import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { chmod, readdir, unlink } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type RawData, type WebSocket } from 'ws'
import { isAway } from '#lib/db/away.ts'
import { closeCodes, consolePlace, consoleRequest, greatestControlBytes, greatestTypedBytes, type ConsolePlace, type ConsoleRequest } from '#lib/domain/console.ts'
import { relayFolderName, relaySocketName } from '#lib/config/relay.ts'
import { startConsoles, type Admitted, type Consoles, type ConsolesOptions } from './consoles.ts'
import type { ViewerSocket } from './viewers.ts'

/**
 * The conductor's side of the relay: web connects to a Unix socket, hands over a ticket and then carries frames. Nothing that web says
 * is believed but what the ticket says too.
 */
export type Relay = { close: () => Promise<void> }

export type RelayOptions = {
  consoles: Consoles
  /** The folder of the sockets, which web's user may enter and nobody else. */
  folder: string
  conductorId: () => string | null
  complain: (text: string) => void
}

const watchMs = 100
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function startRelay({ consoles, folder, conductorId, complain }: RelayOptions): Relay {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: greatestTypedBytes * 2, perMessageDeflate: false, clientTracking: true })
  let server: Server | null = null
  let listensFor: string | null = null
  let isClosed = false
  let changing: Promise<void> = removeStale(folder)

  /** The socket bears the lease's id, by which web finds it. Lines that are open outlive it. */
  function follow(): void {
    const id = conductorId()
    if (id === listensFor || isClosed) return
    listensFor = id
    changing = changing.then(async () => {
      const old = server
      server = null
      old?.close()
      if (id !== null) server = await listenAt(join(folder, relaySocketName(id)))
    }).catch((error: Error) => complain(`consoles cannot be reached: ${error.message}`))
  }

  async function listenAt(path: string): Promise<Server> {
    const made = createServer((_, response) => response.writeHead(404).end())
    made.on('upgrade', (request, socket, head) => {
      socket.on('error', () => {})
      welcome(request, socket, head).catch((error: unknown) => {
        if (!isAway(error)) complain(`a console could not be opened: ${error instanceof Error ? error.message : String(error)}`)
        refuse(socket, 503)
      })
    })
    await unlink(path).catch(() => {})
    await new Promise<void>((resolve, reject) => {
      made.once('error', reject)
      made.listen(path, resolve)
    })
    await chmod(path, 0o660)
    return made
  }

  async function welcome(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const url = new URL(request.url ?? '', 'http://relay')
    const header = (name: string) => (typeof request.headers[name] === 'string' ? request.headers[name] : null)
    const [ticket, personId, sessionId] = [header('x-ticket') ?? '', header('x-person') ?? '', header('x-session')]
    if (!uuid.test(personId) || (sessionId !== null && !uuid.test(sessionId))) return refuse(socket, 403)
    const admitted = await consoles.admit({
      node: url.pathname.slice('/console/'.length),
      ticketHash: createHash('sha256').update(ticket).digest('hex'),
      personId,
      sessionId,
      ip: header('x-ip'),
      requestId: header('x-request-id'),
    })
    if (admitted === null) return refuse(socket, conductorId() === null ? 503 : 403)
    const place = consolePlace.safeParse(Object.fromEntries(url.searchParams))
    sockets.handleUpgrade(request, socket, head, (line) => serve(line, admitted, place.success ? place.data : null))
  }

  const timer = setInterval(follow, watchMs)
  follow()
  return {
    async close() {
      isClosed = true
      clearInterval(timer)
      await changing
      server?.close()
      for (const line of sockets.clients) line.close(closeCodes.away, 'the conductor stops')
      for (const line of sockets.clients) line.terminate()
      sockets.close()
      if (listensFor !== null) await unlink(join(folder, relaySocketName(listensFor))).catch(() => {})
    },
  }
}

function serve(line: WebSocket, admitted: Admitted, place: ConsolePlace | null): void {
  const handle = admitted.join(place, toViewerSocket(line))
  if (handle === null) return line.close(closeCodes.tooMany, 'too many look at this console')
  line.on('error', () => {})
  line.on('close', () => handle.leave())
  line.on('message', (data: RawData, isBinary: boolean) => {
    const bytes = data as Buffer
    if (isBinary && bytes.length <= greatestTypedBytes) return handle.type(bytes)
    const request = isBinary ? null : parseRequest(bytes)
    if (request === null) line.close(closeCodes.badFrame, 'a frame that is none')
    else handle.ask(request)
  })
}

/** A control frame; null when it is too long, no JSON, or asks what there is not. */
export function parseRequest(bytes: Buffer): ConsoleRequest | null {
  if (bytes.length > greatestControlBytes) return null
  try {
    return consoleRequest.parse(JSON.parse(bytes.toString()))
  } catch {
    return null
  }
}

function toViewerSocket(line: WebSocket): ViewerSocket {
  const isOpen = () => line.readyState === line.OPEN
  return {
    sendBytes: (bytes, sent) => isOpen() && line.send(bytes, { binary: true }, (error) => error == null && sent()),
    sendFrame: (frame, sent) => isOpen() && line.send(JSON.stringify(frame), (error) => error == null && sent()),
    waiting: () => (isOpen() ? line.bufferedAmount : Infinity),
    pause: () => isOpen() && line.pause(),
    resume: () => isOpen() && line.isPaused && line.resume(),
    close: (code, reason) => line.close(code, reason),
  }
}

function refuse(socket: Duplex, status: 403 | 503): void {
  socket.end(`HTTP/1.1 ${status} ${status === 403 ? 'Forbidden' : 'Service Unavailable'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

/** Sockets that a killed conductor left: nobody listens there any more. */
async function removeStale(folder: string): Promise<void> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.sock'))
  for (const name of names) if (!(await isAnswered(join(folder, name)))) await unlink(join(folder, name)).catch(() => {})
}

const isAnswered = (path: string) =>
  new Promise<boolean>((resolve) => {
    const probe = connect(path, () => {
      probe.destroy()
      resolve(true)
    })
    probe.on('error', () => resolve(false))
  })

/** The consoles of a conductor with the relay in front, in DATA_DIR as the supervisor has prepared it. */
export function openConsoles({ dataFolder, ...options }: Omit<ConsolesOptions, 'folder'> & { dataFolder: string }): Relay & Pick<Consoles, 'count'> {
  const folder = join(dataFolder, relayFolderName)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const consoles = startConsoles({ ...options, folder: join(dataFolder, 'conductor', 'console') })
  const relay = startRelay({ ...options, consoles, folder })
  return {
    count: consoles.count,
    async close() {
      await relay.close()
      await consoles.close()
    },
  }
}
