import { generateKeyPairSync } from 'node:crypto'
import { beforeAll } from 'vitest'
import { methodsOf, routes, type RouteId } from '#lib/api/routes.ts'
import { hashPassword } from '#lib/auth/password.ts'
import { createApiToken } from '#lib/auth/api-token.ts'
import { prisma } from '#lib/db/client.ts'
import { insertUser } from '#lib/db/users.ts'
import { writeSetting } from '#lib/db/settings.ts'
import { toRaw } from '#lib/vault/seal.ts'
import type { Role } from '#lib/domain/role.ts'

/** The API called in this process, as server.ts would hand requests to it. */

export const site = 'http://127.0.0.1:3000'
export const password = 'correct horse battery'

type Handler = (request: Request, context: { params: Promise<Record<string, string | string[]>> }) => Promise<Response>

const files = import.meta.glob<Record<string, Handler>>('../../app/api/**/route.ts')

/** The handlers of app/api by path: `/api/nodes/[name]`. */
export const handlerFiles = Object.fromEntries(
  Object.entries(files).map(([file, load]) => [file.replace(/^.*\/app\/api/, '/api').replace(/\/route\.ts$/, ''), load]),
)

const isCatchAll = (part: string) => part.startsWith('[...')

function matchFile(pathname: string): { load: () => Promise<Record<string, Handler>>; params: Record<string, string | string[]> } | null {
  const parts = pathname.split('/')
  const candidates = Object.keys(handlerFiles).sort((a, b) => Number(a.includes('[')) - Number(b.includes('[')))
  for (const file of candidates) {
    const pattern = file.split('/')
    const rest = pattern.findIndex(isCatchAll)
    if (rest === -1 ? pattern.length !== parts.length : parts.length <= rest) continue
    const params: Record<string, string | string[]> = {}
    const fits = pattern.every((part, at) => {
      if (isCatchAll(part)) params[part.slice(4, -1)] = parts.slice(at)
      else if (part.startsWith('[')) params[part.slice(1, -1)] = decodeURIComponent(parts[at]!)
      else return part === parts[at]
      return true
    })
    if (fits) return { load: handlerFiles[file]!, params }
  }
  return null
}

export type Call = { method?: string; headers?: Record<string, string>; body?: unknown; text?: string; ip?: string; signal?: AbortSignal }

/** Sends one request. `body` goes as JSON, `text` as it is. A path or a method that is not there answers as server.ts does. */
export async function call(path: string, { method = 'GET', headers = {}, body, text, ip = '192.0.2.1', signal }: Call = {}): Promise<Response> {
  const url = new URL(path, site)
  const found = matchFile(url.pathname)
  if (found === null || methodsOf(url.pathname) === null) return new Response(null, { status: 404 })
  const handler = (await found.load())[method]
  if (handler === undefined) return new Response(null, { status: 405 })
  const sent = text ?? (body === undefined ? undefined : JSON.stringify(body))
  const request = new Request(url, {
    method,
    body: sent,
    signal,
    headers: {
      host: url.host,
      'x-forwarded-for': ip,
      'x-forwarded-host': url.host,
      'x-forwarded-proto': 'http',
      'x-request-id': crypto.randomUUID(),
      ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
  })
  return handler(request, { params: Promise.resolve(found.params) })
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
export const sameOrigin = { origin: site }

/** Signs in as a browser does and gives its Cookie header, or the answer that refused. */
export async function signIn(name: string, typed = password, ip?: string): Promise<{ cookie: string; answer: Response }> {
  const csrf = await call('/api/auth/csrf', { ip })
  const csrfCookie = csrf.headers.getSetCookie().map((cookie) => cookie.split(';')[0]!)
  const { csrfToken } = (await csrf.json()) as { csrfToken: string }
  const answer = await call('/api/auth/callback/credentials', {
    method: 'POST',
    ip,
    headers: { ...sameOrigin, 'content-type': 'application/x-www-form-urlencoded', cookie: csrfCookie.join('; ') },
    text: new URLSearchParams({ csrfToken, name, password: typed, json: 'true' }).toString(),
  })
  const cookies = [...csrfCookie, ...answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0]!)]
  return { cookie: cookies.join('; '), answer }
}

/** Signs out as a browser does. */
export async function signOut(cookie: string): Promise<Response> {
  const csrf = await call('/api/auth/csrf', { headers: { cookie } })
  const { csrfToken } = (await csrf.json()) as { csrfToken: string }
  return call('/api/auth/signout', {
    method: 'POST',
    headers: { ...sameOrigin, 'content-type': 'application/x-www-form-urlencoded', cookie },
    text: new URLSearchParams({ csrfToken, json: 'true' }).toString(),
  })
}

/** A person whose password is quick to check: the cost of a guess is the business of lib/auth/password.test.ts. */
export async function addUser(name: string, role: Role): Promise<string> {
  return (await insertUser(prisma(), { name, role, passwordHash: await hashPassword(password, 10) }))!.id
}

/** A site that was claimed: networks, a conductor's key, one token per role. Call after `withDatabase()`. */
export function withSite(): { tokens: Record<Role, string> } {
  const made = { tokens: {} as Record<Role, string> }
  beforeAll(async () => {
    await writeSetting('networks', ['10.4.0.0/16', 'fd00::/8'])
    const publicKey = toRaw(generateKeyPairSync('x25519').publicKey).toString('base64url')
    await writeSetting('vault', { publicKey, kekFingerprint: 'test', inboxFingerprint: 'test' })
    for (const role of ['viewer', 'operator', 'admin'] as const) made.tokens[role] = await createApiToken(role, role)
  })
  return made
}

export const nodeBody = (name: string, address = '10.4.0.7') => ({ name, bmc: { address, protocol: 'ipmi', username: 'ADMIN', password: 'canary-bmc-password' } })

/** Adds a node as the administrator. */
export async function addNode(token: string, name: string, address?: string): Promise<Response> {
  return call('/api/nodes', { method: 'POST', headers: bearer(token), body: nodeBody(name, address) })
}

export const routeIds = Object.keys(routes) as RouteId[]
