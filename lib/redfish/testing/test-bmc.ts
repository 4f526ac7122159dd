import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls'
import type { AddressInfo } from 'node:net'
import { X509Certificate } from 'node:crypto'
import { generate } from 'selfsigned'
import type { RedfishTarget } from '../target.ts'

/** Test support: a TLS listener that counts every decrypted byte it gets, with an HTTP server behind it. */
export type TestBmc = {
  target: RedfishTarget
  fingerprint: string
  /** For its `upgrade` event. */
  http: Server
  /** `METHOD path`, in the order of arrival. */
  requests: string[]
  bytes(): number
  connections(): number
  /** From the next connection on another certificate is presented: an impostor's, or this one. */
  swapCertificate(to?: TestCertificate): void
  /** Cuts all connections. */
  cut(): void
  close(): Promise<void>
}

export type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void

export type TestCertificate = { key: string; cert: string }

/** Self-signed, and so an authority's own, made out to one IP address. */
export function createCertificate(name: string, ip = '127.0.0.1'): TestCertificate {
  const extensions = [
    { name: 'basicConstraints', cA: true },
    { name: 'subjectAltName', altNames: [{ type: 7, ip }] },
  ]
  const made = generate([{ name: 'commonName', value: name }], { keySize: 2048, algorithm: 'sha256', days: 2, extensions })
  return { key: made.private, cert: made.cert }
}

const ownCertificate = createCertificate('bmc')
export const impostorCertificate = createCertificate('impostor')

/** `tls` narrows what the listener can, e.g. to the TLS 1.1 of an old BMC. */
export async function startTestBmc(handle: Handler, tls: TlsOptions = {}): Promise<TestBmc> {
  const requests: string[] = []
  const sockets = new Set<TLSSocket>()
  let bytes = 0
  let connections = 0
  const http = createServer(async (request, response) => {
    requests.push(`${request.method} ${request.url}`)
    let body = ''
    for await (const piece of request) body += piece
    handle(request, response, body)
  })
  const listener = createTlsServer({ ...ownCertificate, ...tls }, (socket) => {
    connections++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    http.emit('connection', socket)
    // Before, it would hear nothing: the HTTP parser takes the bytes from the handle itself until somebody else wants them.
    socket.on('data', (piece: Buffer) => (bytes += piece.length))
  })
  listener.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const { port } = listener.address() as AddressInfo
  return {
    target: { host: '127.0.0.1', port, username: 'admin', password: 'secret' },
    fingerprint: new X509Certificate(ownCertificate.cert).fingerprint256,
    http,
    requests,
    bytes: () => bytes,
    connections: () => connections,
    swapCertificate: (to = impostorCertificate) => listener.setSecureContext(to),
    cut: () => sockets.forEach((socket) => socket.destroy()),
    close: () => {
      sockets.forEach((socket) => socket.destroy())
      return new Promise((resolve) => listener.close(() => resolve()))
    },
  }
}

export function sendJson(response: ServerResponse, body: unknown, status = 200, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

type Login = { UserName?: string; Password?: string; Oem?: unknown }

/** A BMC with a session service that accepts admin/secret (or does with a login what `answerLogin` says), and otherwise asks `rest`. */
export function withSessions(
  rest: Handler,
  tokens: { next: number; live: Set<string> } = { next: 1, live: new Set() },
  answerLogin?: (body: Login, response: ServerResponse) => void,
): Handler {
  return (request, response, body) => {
    const { method, url } = request
    if (url === '/redfish/v1/') {
      const links = { Sessions: { '@odata.id': '/redfish/v1/SessionService/Sessions' } }
      return sendJson(response, { RedfishVersion: '1.6.0', Systems: { '@odata.id': '/redfish/v1/Systems' }, Links: links })
    }
    if (method === 'POST' && url === '/redfish/v1/SessionService/Sessions') {
      const login = JSON.parse(body) as Login
      if (answerLogin !== undefined) return answerLogin(login, response)
      const { UserName, Password } = login
      if (UserName !== 'admin' || Password !== 'secret') return sendJson(response, {}, 401)
      const id = String(tokens.next++)
      tokens.live.add(id)
      return sendJson(response, {}, 201, { 'x-auth-token': id, location: `/redfish/v1/SessionService/Sessions/${id}` })
    }
    const token = request.headers['x-auth-token']
    if (typeof token !== 'string' || !tokens.live.has(token)) return sendJson(response, {}, 401)
    if (method === 'DELETE' && url?.startsWith('/redfish/v1/SessionService/Sessions/')) {
      tokens.live.delete(url.split('/').at(-1)!)
      return sendJson(response, {}, 200)
    }
    rest(request, response, body)
  }
}
