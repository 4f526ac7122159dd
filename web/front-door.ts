import { randomBytes, randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { longestBody, methodsOf } from '#lib/api/routes.ts'
import { apiPolicy, contentSecurityPolicy, securityHeaders } from '#lib/api/security-headers.ts'
import { isOurHost, readForwarded, writeForwarded, type Forwarded } from '#lib/auth/forwarded.ts'
import { networkRule } from '#lib/config/networks.ts'

/** What holds for every request before Next sees it: where it may come from, what it may be, and what its answer carries. */

/** How web runs: in development Next needs `eval` and a few doors of its own. */
export type FrontDoor = { proxies: readonly string[]; dev: boolean }

type Refusal = { status: number; code: string; message: string; headers?: Record<string, string> }

export function refuse(res: ServerResponse, { status, code, message, headers }: Refusal): void {
  res.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', connection: 'close', ...headers })
  res.end(JSON.stringify({ code, message }))
}

/** On an address that others reach, plain HTTP is only for the proxy in front: everybody else's cookie would travel in the clear. */
function isInTheClear({ proto, trusted, ip }: Forwarded): boolean {
  return proto === 'http' && !trusted && !networkRule(['127.0.0.0/8', '::1/128']).allows(ip)
}

/** Why a request is not even looked at, or null. `pathname` is as it came: nothing is decoded or resolved. */
function refusalOf(req: IncomingMessage, { dev }: FrontDoor, forwarded: Forwarded): Refusal | null {
  const target = req.url ?? ''
  const [pathname = ''] = target.split('?')
  const method = req.method ?? ''
  if (!target.startsWith('/') || target.startsWith('//') || /[\\\s]/.test(target) || target.length > 8192) {
    return { status: 400, code: 'bad-target', message: 'the address of the request is not a path' }
  }
  if (!isOurHost(forwarded)) return { status: 421, code: 'unknown-host', message: `this Baseboard does not answer to the name ${JSON.stringify(forwarded.host.slice(0, 100))}` }
  if (isInTheClear(forwarded)) return { status: 403, code: 'not-encrypted', message: 'come through the proxy in front, by HTTPS' }
  const bodyLimitBytes = longestBody(pathname)
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
export function prepare(req: IncomingMessage, res: ServerResponse, door: FrontDoor): boolean {
  const tls = (req.socket as TLSSocket).encrypted === true
  // Where Prometheus looks when nothing else is said.
  if (req.url === '/metrics' || req.url?.startsWith('/metrics?') === true) req.url = `/api${req.url}`
  const forwarded = readForwarded(req.headers, { address: req.socket.remoteAddress ?? null, tls }, door.proxies)
  const requestId = randomUUID()
  for (const [name, value] of Object.entries(securityHeaders)) res.setHeader(name, value)
  res.setHeader('x-request-id', requestId)
  res.setHeader('content-security-policy', apiPolicy)
  const refusal = refusalOf(req, door, forwarded)
  if (refusal !== null) {
    refuse(res, refusal)
    return false
  }
  writeForwarded(req.headers, forwarded)
  req.headers['x-request-id'] = requestId
  const target = req.url!
  const isAsset = target.startsWith('/_next/static/')
  if (!isAsset) res.setHeader('cache-control', 'no-store')
  if (target.startsWith('/api/')) {
    // The headers of soft navigation are for pages: with them Next would redirect, where the API must say 401.
    for (const name of Object.keys(req.headers)) if (name === 'rsc' || name.startsWith('next-')) delete req.headers[name]
  } else if (!isAsset) {
    const nonce = randomBytes(16).toString('base64')
    const policy = contentSecurityPolicy(nonce, door.dev)
    req.headers['x-nonce'] = nonce
    req.headers['content-security-policy'] = policy
    req.headers['x-baseboard-path'] = encodeURI(decodeSafely(pagePath(target)))
    res.setHeader('content-security-policy', policy)
  }
  return true
}

/** The same for a request to upgrade: the status to refuse it with, or null when it may be looked at. Its headers are then true. */
export function admitUpgrade(req: IncomingMessage, door: FrontDoor): number | null {
  const tls = (req.socket as TLSSocket).encrypted === true
  const forwarded = readForwarded(req.headers, { address: req.socket.remoteAddress ?? null, tls }, door.proxies)
  const refusal = refusalOf(req, door, forwarded)
  if (refusal !== null) return refusal.status
  writeForwarded(req.headers, forwarded)
  req.headers['x-request-id'] = randomUUID()
  return null
}

/** A header holds Latin-1 only; a path may come encoded or not. */
function decodeSafely(path: string): string {
  try {
    return decodeURI(path)
  } catch {
    return '/'
  }
}

