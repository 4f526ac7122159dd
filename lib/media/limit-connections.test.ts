import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { limitConnections } from './limit-connections.ts'

it('closes what one address opens beyond its share, until it closes some, and leaves the others alone', async () => {
  const server = createServer()
  limitConnections(server, 3)
  server.on('connection', (socket: Socket) => socket.destroyed || socket.on('error', () => {}).write('hello'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const open = async (localAddress: string): Promise<Socket | null> => {
    const socket = connect({ port, host: '127.0.0.1', localAddress }).on('error', () => {})
    return new Promise((resolve) => socket.once('data', () => resolve(socket)).once('close', () => resolve(null)))
  }
  const sockets: (Socket | null)[] = []
  for (let i = 0; i < 5; i += 1) sockets.push(await open('127.0.0.1'))
  expect(sockets.map((socket) => socket !== null)).toEqual([true, true, true, false, false])
  sockets.push(await open('127.0.0.2'))
  expect(sockets.at(-1)).not.toBeNull()
  sockets[0]!.end()
  let again: Socket | null = null
  while (again === null) again = await open('127.0.0.1')
  for (const socket of [...sockets, again]) socket?.destroy()
  server.close()
})
