import type { IncomingMessage } from 'node:http'
import type { Server } from 'node:https'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Link } from '../link.ts'
import type { SerialPort } from '../serial/port.ts'

export interface ConsoleSocketOptions {
  https: Server
  link: Link
  serial: SerialPort
  isAuthorized: (request: IncomingMessage) => boolean
}

/** The consoles that are open. */
export interface ConsoleSockets {
  openCount: () => number
  /** Cuts them without a word, as a restart of the BMC does. */
  cut: () => void
}

const paths = /^\/console(?:0|\/([^/?#]+))(?:[?#]|$)/
const mostConsoles = 32
const mostTypedBytes = 131_088
const pieceBytes = 4096
/** More than this that the client has not taken, and the serial port is not read. */
const mostOwedBytes = 64 * 1024

/**
 * The host's serial console as a WebSocket, as bmcweb serves it (features/serial/obmc_console.hpp, http/websocket_impl.hpp): shared by
 * all who open it, without compression. Whoever is not signed in gets 401, an unknown path 404; an unknown console is upgraded and
 * closed again. A session by cookie would have to bring its CSRF token; here only tokens and Basic are known.
 */
export function serveConsoleSocket({ https, link, serial, isAuthorized }: ConsoleSocketOptions): ConsoleSockets {
  const wss = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: mostTypedBytes, autoPong: false })

  https.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    const { silent, garbage, hangsAfterLogin } = link.faults()
    if (silent) return
    setTimeout(() => {
      if (garbage) return void socket.end('\u0000\u0001garbage')
      if (!isAuthorized(request)) return refuse(socket, '401 Unauthorized')
      const console = paths.exec(request.url ?? '')
      if (console === null) return refuse(socket, '404 Not Found')
      if (hangsAfterLogin) return
      wss.handleUpgrade(request, socket, head, (client) => open(client, console[1] ?? 'default'))
    }, link.delayMs() + link.repeatMs() + link.repeatMs()).unref()
  })

  function open(client: WebSocket, id: string): void {
    client.on('error', () => client.terminate())
    if (wss.clients.size > mostConsoles) return client.close(1000, 'Max sessions are already connected')
    if (id !== 'default') return client.close(1000, 'getDbusObject() for consoles failed.')
    serve(client)
  }

  function serve(client: WebSocket): void {
    const line = serial.openLine()
    let typed: Buffer = Buffer.alloc(0)

    function move(): void {
      if (link.faults().silent) return
      while (client.bufferedAmount < mostOwedBytes) {
        const piece = line.read(pieceBytes)
        if (piece.length === 0) break
        client.send(piece, { binary: true }, move)
      }
      typed = typed.subarray(line.write(typed))
    }

    client.on('ping', (payload: Buffer) => {
      if (!link.faults().silent) client.pong(payload)
    })
    client.on('message', (data: Buffer) => {
      typed = Buffer.concat([typed, data])
      move()
    })
    client.on('close', line.detach)
    line.attach(move)
  }

  return {
    openCount: () => wss.clients.size,
    cut() {
      for (const client of wss.clients) client.terminate()
    },
  }
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
