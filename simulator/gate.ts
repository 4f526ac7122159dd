import net from 'node:net'

/** A TCP port of a node. */
export interface Gate {
  port: number
  /** Nobody listens, and no connection is left, until the function that it gives is called; that rejects when the port was taken meanwhile. */
  shut: () => () => Promise<void>
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
  const listen = (at: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host: address, port: at, backlog: 64 }, () => {
        server.off('error', reject)
        resolve()
      })
    })
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })

  await listen(port)
  const ours = (server.address() as net.AddressInfo).port
  let isClosed = false
  return {
    port: ours,
    shut() {
      const stopped = stop()
      return () => stopped.then(() => (isClosed ? undefined : listen(ours)))
    },
    close() {
      isClosed = true
      return stop()
    },
  }
}
