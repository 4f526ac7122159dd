import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { call } from './api/fixture.ts'

/** The API over HTTP, as `server.ts` hands requests to it; upgrades go where they are told. */
export async function serveApi(onUpgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void): Promise<{ url: string; server: Server }> {
  const server = createServer((req, res) => {
    const body: Buffer[] = []
    req.on('data', (chunk: Buffer) => body.push(chunk))
    req.on('end', async () => {
      const headers = Object.fromEntries(Object.entries(req.headers).filter(([name]) => name !== 'host' && name !== 'connection')) as Record<string, string>
      const answer = await call(req.url!, { method: req.method, headers, ...(body.length > 0 ? { text: Buffer.concat(body).toString() } : {}) })
      res.writeHead(answer.status, Object.fromEntries(answer.headers))
      res.end(Buffer.from(await answer.arrayBuffer()))
    })
  })
  if (onUpgrade !== undefined) server.on('upgrade', onUpgrade)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}
