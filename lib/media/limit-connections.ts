import type { Server, Socket } from 'node:net'

const mostConnections = 4_096
/** More than any BMC opens: behind NAT, and in the demo, many have one address. */
const mostOfAddress = 512

/** Where a connection comes from, an IPv4 address as itself. */
export const addressOf = (socket: Socket): string => (socket.remoteAddress ?? '').replace(/^::ffff:/, '')

/** What a single address may hold keeps one from taking all. */
export function limitConnections(server: Server, most = mostOfAddress): void {
  const counts = new Map<string, number>()
  server.maxConnections = mostConnections
  server.on('connection', (socket: Socket) => {
    const address = addressOf(socket)
    const count = (counts.get(address) ?? 0) + 1
    if (count > most) return socket.destroy()
    counts.set(address, count)
    socket.setNoDelay(true)
    socket.once('close', () => {
      const left = counts.get(address)! - 1
      if (left === 0) counts.delete(address)
      else counts.set(address, left)
    })
  })
}
