import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { createServer, type Server, type Socket } from 'node:net'
import { addressOf, limitConnections } from '../limit-connections.ts'
import { answerCall, recordReader, toRecord, type Program } from './rpc.ts'

/** A mount that an installer leaves alone for a while is no dead one; a client whose connection went makes another. */
const idleMs = 900_000
/** Answers that a UDP socket may be at at once; a client that hears nothing asks again. */
const mostAtOnce = 256

const write = (socket: Socket, parts: Buffer[]): Promise<void> =>
  new Promise((resolve) => {
    socket.cork()
    for (const part of parts.slice(0, -1)) socket.write(part)
    // The callback comes with an error when the caller has left: then there is nobody to tell.
    socket.write(parts.at(-1)!, () => resolve())
    socket.uncork()
  })

/** Answers RPC calls over TCP, one after the other on each connection: a caller that does not read its answers waits. */
export function createRpcServer(programs: readonly Program[], complain: (text: string) => void): Server & { closeAllConnections: () => void } {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    socket.setTimeout(idleMs, () => socket.destroy())
    void converse(socket)
  })
  async function converse(socket: Socket): Promise<void> {
    const records = recordReader()
    const caller = { address: addressOf(socket), transport: 'tcp' as const }
    try {
      for await (const chunk of socket) {
        for (const record of records.push(chunk as Buffer)) {
          const answer = await answerCall(record, programs, caller, complain)
          if (answer !== null && !socket.destroyed) await write(socket, toRecord(answer))
        }
      }
    } catch {
      // It left, or sent what is no record: nothing that follows could be understood.
    }
    socket.destroy()
  }
  limitConnections(server)
  return Object.assign(server, {
    closeAllConnections() {
      for (const socket of sockets) socket.destroy()
    },
  })
}

/** Answers RPC calls over UDP. */
export function createRpcSocket(programs: readonly Program[], complain: (text: string) => void): UdpSocket {
  const socket = createSocket('udp4')
  let running = 0
  socket.on('message', (bytes, { address, port }) => {
    if (running >= mostAtOnce) return
    running += 1
    answerCall(bytes, programs, { address, transport: 'udp' }, complain)
      .then((answer) => answer !== null && socket.send(answer, port, address, () => {}))
      .catch((error: unknown) => complain(`NFS: ${error instanceof Error ? error.message : String(error)}`))
      .finally(() => (running -= 1))
  })
  return socket
}
