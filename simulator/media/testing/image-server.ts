import { createHash, randomBytes } from 'node:crypto'
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'

/** Test support: bytes at random behind HTTP with ranges, and what was asked of it. */
export interface ImageServer {
  url: string
  bytes: number
  sha256: string
  /** `METHOD range`, in order. */
  requests: string[]
  agents: Set<string>
  connections: () => number
  /** Answers ranges with the whole file, as servers without ranges do. */
  forgetRanges: () => void
  close: () => Promise<void>
}

/** With a certificate over HTTPS. */
export async function startImageServer(bytes = 300_000, certificate?: { key: string; cert: string }): Promise<ImageServer> {
  const image = randomBytes(bytes)
  const requests: string[] = []
  const agents = new Set<string>()
  let connections = 0
  let hasRanges = true
  const serve: http.RequestListener = (request, response) => {
    requests.push(`${request.method} ${request.headers.range ?? ''}`.trim())
    agents.add(request.headers['user-agent'] ?? '')
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
    const length = { 'Content-Length': image.length, 'Accept-Ranges': 'bytes' }
    if (request.method === 'HEAD') return void response.writeHead(200, length).end()
    if (!hasRanges || from === undefined) return void response.writeHead(200, length).end(image)
    const part = image.subarray(Number(from), Number(to) + 1)
    response.writeHead(206, { 'Content-Length': part.length, 'Content-Range': `bytes ${from}-${Number(from) + part.length - 1}/${image.length}` }).end(part)
  }
  const server = certificate === undefined ? http.createServer(serve) : https.createServer(certificate, serve)
  server.on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http${certificate === undefined ? '' : 's'}://127.0.0.1:${(server.address() as AddressInfo).port}/i/abc234abc234abc234abc234ab/debian.iso`,
    bytes,
    sha256: createHash('sha256').update(image).digest('hex'),
    requests,
    agents,
    connections: () => connections,
    forgetRanges: () => void (hasRanges = false),
    close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(() => resolve()))),
  }
}
