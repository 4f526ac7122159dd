import { randomBytes, randomUUID } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import https from 'node:https'
import type { Duplex } from 'node:stream'
import next from 'next'
import type { TLSSocket } from 'node:tls'
import { methodsOf } from '#lib/api/routes.ts'
import { apiPolicy, contentSecurityPolicy, securityHeaders } from '#lib/api/security-headers.ts'
import { isOurHost, readForwarded, writeForwarded, type Forwarded } from '#lib/auth/forwarded.ts'
import { config, ConfigError, siteUrl, type Config } from '#lib/config/environment.ts'
import { networkRule } from '#lib/config/networks.ts'
import { closeStreams } from '#lib/data/stream.ts'
import { database } from '#lib/db/client.ts'

/** web: hands requests to Next, with what must hold for all of them. It never opens a socket to a BMC. */

const bodyLimitBytes = 1024 * 1024
const stopWithinMs = 4_500
const dev = process.env.NODE_ENV !== 'production'

type Refusal = { status: number; code: string; message: string; headers?: Record<string, string> }

function refuse(res: ServerResponse, { status, code, message, headers }: Refusal): void {
  res.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', connection: 'close', ...headers })
  res.end(JSON.stringify({ code, message }))
}

/** On an address that others reach, plain HTTP is only for the proxy in front: everybody else's cookie would travel in the clear. */
function isInTheClear(settings: Config, { proto, trusted, ip }: Forwarded): boolean {
  return proto === 'http' && !trusted && !networkRule(['127.0.0.0/8', '::1/128']).allows(ip)
}

/** Why a request is not even looked at, or null. `pathname` is as it came: nothing is decoded or resolved. */
function refusalOf(req: IncomingMessage, settings: Config, forwarded: Forwarded): Refusal | null {
  const target = req.url ?? ''
  const [pathname = ''] = target.split('?')
  const method = req.method ?? ''
  if (!target.startsWith('/') || target.startsWith('//') || /[\\\s]/.test(target) || target.length > 8192) {
    return { status: 400, code: 'bad-target', message: 'the address of the request is not a path' }
  }
  if (!isOurHost(forwarded)) return { status: 421, code: 'unknown-host', message: `this Baseboard does not answer to the name ${JSON.stringify(forwarded.host.slice(0, 100))}` }
  if (isInTheClear(settings, forwarded)) return { status: 403, code: 'not-encrypted', message: 'come through the proxy in front, by HTTPS' }
  if (Number(req.headers['content-length'] ?? 0) > bodyLimitBytes) {
    return { status: 413, code: 'too-large', message: `a request has at most ${bodyLimitBytes} bytes` }
  }
  if (pathname === '/api' || pathname.startsWith('/api/')) {
    const methods = methodsOf(pathname)
    if (methods === null) return { status: 404, code: 'unknown-path', message: 'there is no such path in the API' }
    if (!methods.includes(method)) {
      return { status: 405, code: 'method', message: `${method} is not among ${methods.join(', ')}`, headers: { allow: methods.join(', ') } }
    }
    return null
  }
  if (pathname.startsWith('/_next/image')) return { status: 404, code: 'unknown-path', message: 'there is no such path' }
  // Pages are only read: what changes something goes through the API.
  if (!['GET', 'HEAD'].includes(method) && !(dev && /^\/_(_nextjs|next)/.test(pathname))) {
    return { status: 405, code: 'method', message: 'pages are only read', headers: { allow: 'GET, HEAD' } }
  }
  return null
}

/** Where a page may send somebody back to after the sign-in. */
function pagePath(target: string): string {
  const url = new URL(target, 'http://localhost')
  url.searchParams.delete('_rsc')
  return `${url.pathname}${url.search}`.slice(0, 2048)
}

/** Makes a request and its answer fit to be handed to Next; false when it was answered here. */
function prepare(req: IncomingMessage, res: ServerResponse, settings: Config): boolean {
  const tls = (req.socket as TLSSocket).encrypted === true
  const forwarded = readForwarded(req.headers, { address: req.socket.remoteAddress ?? null, tls }, settings.TRUSTED_PROXY ?? [])
  const requestId = randomUUID()
  for (const [name, value] of Object.entries(securityHeaders)) res.setHeader(name, value)
  res.setHeader('x-request-id', requestId)
  res.setHeader('content-security-policy', apiPolicy)
  const refusal = refusalOf(req, settings, forwarded)
  if (refusal !== null) {
    refuse(res, refusal)
    return false
  }
  writeForwarded(req.headers, forwarded)
  req.headers['x-request-id'] = requestId
  const target = req.url!
  if (!target.startsWith('/_next/static/')) res.setHeader('cache-control', 'no-store')
  if (!target.startsWith('/api/')) {
    const nonce = randomBytes(16).toString('base64')
    const policy = contentSecurityPolicy(nonce, dev)
    req.headers['x-nonce'] = nonce
    req.headers['content-security-policy'] = policy
    req.headers['x-baseboard-path'] = encodeURI(decodeSafely(pagePath(target)))
    res.setHeader('content-security-policy', policy)
  }
  return true
}

/** A header holds Latin-1 only; a path may come encoded or not. */
function decodeSafely(path: string): string {
  try {
    return decodeURI(path)
  } catch {
    return '/'
  }
}

function refuseUpgrade(socket: Duplex): void {
  socket.on('error', () => {})
  socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
}

function createServer(settings: Config): http.Server {
  const options = { maxHeaderSize: 32 * 1024, connectionsCheckingInterval: 2_000 }
  const server =
    settings.TLS_CERT !== undefined && settings.TLS_KEY !== undefined
      ? https.createServer({ ...options, cert: readFileSync(settings.TLS_CERT), key: readFileSync(settings.TLS_KEY), minVersion: 'TLSv1.2' })
      : http.createServer(options)
  // Slow senders: the head within 10 s, the whole within 30 s. Node counts from the connection on.
  server.headersTimeout = 10_000
  server.requestTimeout = 30_000
  server.keepAliveTimeout = 60_000
  server.maxHeadersCount = 100
  return server
}

async function main(): Promise<void> {
  const settings = config()
  const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as { version: string }
  process.env['BASEBOARD_VERSION'] = version
  process.env['NEXT_TELEMETRY_DISABLED'] = '1'
  // next-auth may believe x-forwarded-host and -proto: they are ours.
  process.env['AUTH_TRUST_HOST'] = 'true'

  const server = createServer(settings)
  // Next listens to 'upgrade' by itself and answers beside us; this emitter is what it gets instead of the server.
  const nextUpgrades = new EventEmitter()
  const app = next({ dev, hostname: settings.HOST, port: settings.PORT, httpServer: nextUpgrades as unknown as http.Server })
  await app.prepare()
  const handle = app.getRequestHandler()

  // Next's own listeners only log, and would leave a process alive whose state nobody knows.
  process.removeAllListeners('uncaughtException')
  process.removeAllListeners('unhandledRejection')
  process.on('uncaughtException', (error) => {
    console.error('web: uncaught', error)
    process.exit(1)
  })
  process.on('unhandledRejection', (reason) => console.error('web: unhandled rejection', reason))

  server.on('request', (req: IncomingMessage, res: ServerResponse) => {
    if (!prepare(req, res, settings)) return
    handle(req, res).catch((error: unknown) => {
      console.error(`web: ${req.headers['x-request-id'] as string}`, error)
      if (res.headersSent) res.destroy()
      else refuse(res, { status: 500, code: 'fault', message: 'something went wrong here' })
    })
  })
  server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (dev && req.url?.startsWith('/_next/') === true) nextUpgrades.emit('upgrade', req, socket, head)
    else refuseUpgrade(socket)
  })

  let stopping = false
  async function stop(): Promise<void> {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(1), stopWithinMs).unref()
    server.close()
    server.closeIdleConnections()
    await closeStreams()
    setTimeout(() => server.closeAllConnections(), 1_000).unref()
    await new Promise<void>((resolve) => (server.listening ? server.once('close', resolve) : resolve()))
    await app.close()
    if (settings.DATABASE_URL !== undefined) await database().close()
    process.exit(0)
  }
  process.on('SIGTERM', () => void stop())
  process.on('SIGINT', () => void stop())
  if (settings.BASEBOARD_SUPERVISED) process.stdin.resume().on('end', () => void stop()).on('error', () => void stop())

  server.on('error', (error: NodeJS.ErrnoException) => {
    console.error(error.code === 'EADDRINUSE' ? `web: port ${settings.PORT} of ${settings.HOST} is in use: stop what holds it, or set PORT` : `web: ${error.message}`)
    process.exit(1)
  })
  server.listen(settings.PORT, settings.HOST, () => console.log(`web: ${siteUrl(settings)}`))
}

main().catch((error: unknown) => {
  const line = error instanceof ConfigError ? error.message : error instanceof Error && /production build/.test(error.message) ? 'there is no build: run npm run build' : error
  console.error('web:', line)
  process.exit(1)
})
