import net from 'node:net'

/** A TCP port of a node. */
export interface Gate {
  port: number
  /** Closes it at once, with all its connections. */
  close: () => Promise<void>
}

/** Opens a port (0: any free one). Resolves when it listens; rejects when the port is taken. */
export async function openGate({ address, port }: { address: string; port: number }, admit: (socket: net.Socket) => void): Promise<Gate> {
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    admit(socket)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: address, port, backlog: 64 }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return {
    port: (server.address() as net.AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
