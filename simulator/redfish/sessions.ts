import { randomBytes, timingSafeEqual } from 'node:crypto'
import { errorAnswer, notFound, unauthorized, type Answer } from './errors.ts'
import { collection, type Resource } from './resource.ts'

export interface Credentials {
  username: string
  password: string
}

interface Session {
  id: string
  token: string
  username: string
  lastUsedMs: number
}

/** The session table of one BMC; tests count what is open and what was ever opened. */
export interface Sessions {
  create: (body: Resource) => Answer
  remove: (id: string) => Answer
  /** True when the token belongs to a live session, which this use keeps alive. */
  accepts: (token: string) => boolean
  acceptsBasic: (header: string) => boolean
  collection: () => Resource
  resource: (id: string) => Resource | undefined
  service: (path: string) => Resource
  openCount: () => number
  createdCount: () => number
  /** Forgets every session, as a BMC does when it restarts. */
  forget: () => void
}

export interface SessionsOptions {
  path: string
  limit: number
  tokenIn: 'header' | 'body'
  credentials: () => Credentials
  now: () => number
  /** Told of every session that ends, by its token. */
  whenOver: (token: string) => void
}

const timeoutSeconds = 1800

/** SessionService of one BMC (DSP0266, Session management): a limited number of tokens that idle out. */
export function createSessions(options: SessionsOptions): Sessions {
  const { path, limit, now } = options
  const byToken = new Map<string, Session>()
  let created = 0

  function end(token: string): void {
    byToken.delete(token)
    options.whenOver(token)
  }

  function expire(): void {
    for (const [token, session] of byToken) {
      if (now() - session.lastUsedMs > timeoutSeconds * 1000) end(token)
    }
  }

  const find = (id: string) => [...byToken.values()].find((session) => session.id === id)

  function isRight(username: unknown, password: unknown): boolean {
    const right = options.credentials()
    return username === right.username && typeof password === 'string' && equalText(password, right.password)
  }

  const resourceOf = (session: Session): Resource => ({
    '@odata.id': `${path}/${session.id}`,
    '@odata.type': '#Session.v1_3_0.Session',
    Id: session.id,
    Name: 'User Session',
    UserName: session.username,
  })

  return {
    create(body) {
      expire()
      if (!isRight(body.UserName, body.Password)) return unauthorized()
      if (byToken.size >= limit) {
        return errorAnswer(503, 'SessionLimitExceeded', 'There are as many sessions as this service allows.')
      }
      const session = { id: String(++created), token: randomBytes(16).toString('hex'), username: String(body.UserName), lastUsedMs: now() }
      byToken.set(session.token, session)
      const token = { 'X-Auth-Token': session.token }
      const Location = `${path}/${session.id}`
      return options.tokenIn === 'header'
        ? { status: 201, body: resourceOf(session), headers: { Location, ...token } }
        : { status: 201, body: { ...resourceOf(session), Oem: { Public: token } }, headers: { Location } }
    },
    remove(id) {
      const session = find(id)
      if (!session) return notFound(`${path}/${id}`)
      end(session.token)
      return { status: 204 }
    },
    accepts(token) {
      expire()
      const session = byToken.get(token)
      if (!session) return false
      session.lastUsedMs = now()
      return true
    },
    acceptsBasic(header) {
      const [scheme, encoded = ''] = header.split(' ')
      if (scheme?.toLowerCase() !== 'basic') return false
      const text = Buffer.from(encoded, 'base64').toString('utf8')
      const colon = text.indexOf(':')
      return colon > 0 && isRight(text.slice(0, colon), text.slice(colon + 1))
    },
    collection() {
      expire()
      return collection(path, 'SessionCollection', 'Sessions', [...byToken.values()].map(({ id }) => `${path}/${id}`))
    },
    resource(id) {
      const session = find(id)
      return session && resourceOf(session)
    },
    service: (servicePath) => ({
      '@odata.id': servicePath,
      '@odata.type': '#SessionService.v1_1_8.SessionService',
      Id: 'SessionService',
      Name: 'Session Service',
      ServiceEnabled: true,
      SessionTimeout: timeoutSeconds,
      Sessions: { '@odata.id': path },
    }),
    openCount() {
      expire()
      return byToken.size
    },
    createdCount: () => created,
    forget: () => [...byToken.keys()].forEach(end),
  }
}

function equalText(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
