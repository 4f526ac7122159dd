import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Rack } from './rack.ts'

/**
 * Tells what no BMC tells: what was mounted, how much of it was read, and the SHA-256 of the bytes that came. On loopback alone, for whoever
 * runs the rack in a process of its own; GET /media gives JSON, by node. Resolves with the port.
 */
export function startControl(rack: Pick<Rack, 'nodes'>, port: number): Promise<number> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/media') return void response.writeHead(404).end()
    const nodes = rack.nodes.map(({ name, drives }) => ({ name, mounts: drives.records() }))
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ nodes }))
  })
  server.unref()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}
