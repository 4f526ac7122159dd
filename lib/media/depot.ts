import { rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'

/**
 * The depot owns the image library. Today it keeps the folder and says that it is well; it holds no key and no credential, because
 * later it serves hostile BMCs.
 */
export function createDepot(): Server {
  return createServer((request, response) => {
    const isHealth = request.method === 'GET' && request.url === '/health'
    response.writeHead(isHealth ? 200 : 404, { 'content-type': 'application/json' })
    response.end(JSON.stringify(isHealth ? { status: 'ok' } : { code: 'not-found', message: 'the depot knows only GET /health' }))
  })
}

/** Listens on a Unix socket, in place of one that a killed depot left. A path has at most 107 bytes: give a relative one. */
export function listenAt(server: Server, socket: string): Promise<void> {
  rmSync(socket, { force: true })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(socket, () => resolve())
  })
}
