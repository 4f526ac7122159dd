import { randomInt } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { ImageFile, ImageFiles } from '../image-files.ts'
import { addressOf, limitConnections } from '../limit-connections.ts'
import type { Permit, Permits, Reader } from '../permits.ts'
import { toAnswer, type Piece } from './answer.ts'
import { toPlace } from './place.ts'
import { Gone, sendPieces } from './send.ts'

export type ImageServerOptions = {
  permits: Permits
  files: ImageFiles
  /** A path that proves that this server is ours; the depot asks itself for it (`/health/<proof>`). */
  proof: string
  /** Says what went wrong and is nobody's fault outside: a disk that cannot be read. */
  complain: (text: string) => void
  tls?: { cert: string; key: string }
}

/**
 * A BMC keeps two connections for the whole of an install and asks a few times a minute while the installer thinks: they stay for ten
 * minutes. The header must come at once, and who does not read is given up.
 */
const keepAliveMs = 600_000
const headerMs = 10_000
const stalledMs = 120_000

/** An answer without a word: who may not read learns nothing, not even that there is something. */
function deny(response: ServerResponse, status = 404): void {
  if (status === 503) response.setHeader('retry-after', 5)
  response.writeHead(status, { 'content-length': 0 })
  response.end()
}

/** As nginx makes it: twenty digits. */
const newBoundary = () => `${randomInt(1e10)}`.padStart(10, '0') + `${randomInt(1e10)}`.padStart(10, '0')

async function send(request: IncomingMessage, response: ServerResponse, file: ImageFile, noteRead: (start: number, end: number) => void): Promise<void> {
  const method = request.method ?? 'GET'
  const { status, headers, body } = toAnswer({ method, headers: request.headers, boundary: newBoundary }, file.facts)
  response.writeHead(status, headers)
  const pieces: readonly Piece[] = method === 'HEAD' ? [] : body
  await sendPieces(response, pieces, file, noteRead)
}

/** What BMCs read images from: `/i/<token>/<name>.iso` for the address that the link is bound to, and nothing else. */
export function createImageServer({ permits, files, proof, complain, tls }: ImageServerOptions): Server {
  async function admit(place: { token: string; name: string }, reader: Reader): Promise<{ permit: Permit; file: ImageFile } | null> {
    const permit = await permits.byToken(place.token, reader)
    if (permit === null || permit.name !== place.name) return null
    const file = await files.find(permit.imageId)
    if (file === null) complain(`image ${permit.imageId}: its file is missing`)
    return file === null ? null : { permit, file }
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reader: Reader = { address: addressOf(request.socket), via: tls === undefined ? 'http' : 'https', agent: request.headers['user-agent'] ?? null }
    const place = toPlace(request.url ?? '')
    if (place === null) {
      if (request.url !== `/health/${proof}`) return deny(response)
      response.writeHead(200, { 'content-length': 0 })
      return void response.end()
    }
    const admitted = await admit(place, reader)
    if (admitted === null) return deny(response)
    permits.request(admitted.permit, reader)
    await send(request, response, admitted.file, (start, end) => permits.read(admitted.permit, start, end))
  }

  const listener: RequestListener = (request, response) => {
    request.resume()
    serve(request, response).catch((error: unknown) => {
      if (!(error instanceof Gone)) complain(`an image could not be served to ${addressOf(request.socket)}: ${error instanceof Error ? error.message : String(error)}`)
      if (response.headersSent) response.destroy()
      else deny(response, 503)
    })
  }
  const options = { keepAliveTimeout: keepAliveMs, headersTimeout: headerMs, requestTimeout: 30_000, connectionsCheckingInterval: 5_000, maxHeaderSize: 16_384 }
  const server = tls === undefined ? createServer(options, listener) : createTlsServer({ ...options, ...tls, minVersion: 'TLSv1.2' }, listener)
  // Node answers 417 to an Expect that it does not know; nginx and we serve.
  server.on('checkExpectation', listener)
  server.setTimeout(stalledMs)
  limitConnections(server)
  return server
}
