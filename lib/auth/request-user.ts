import { decode as openToken } from 'next-auth/jwt'
import { cookiesOf } from './cookies.ts'
import { userOfSession } from './session.ts'
import { userOfToken } from './token-user.ts'
import type { Origin, SignedInUser } from './signed-in-user.ts'

type Headers = { get: (name: string) => string | null }

/** Where a request came from. server.ts has overwritten these headers, so nobody else chose them. */
export const originOf = (headers: Headers): Origin => ({
  ip: headers.get('x-forwarded-for'),
  requestId: headers.get('x-request-id'),
})

export const isSecure = (headers: Headers) => headers.get('x-forwarded-proto') === 'https'

/** The token of an `Authorization: Bearer …` header, or null. */
const bearerOf = (headers: Headers): string | null => /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? null

/** The cookies of a `Cookie` header, by name; of two with one name the first, as a browser sends the more specific first. */
export function cookiesIn(headers: Headers): Record<string, string> {
  const found = new Map<string, string>()
  for (const pair of (headers.get('cookie') ?? '').split(/; */)) {
    const at = pair.indexOf('=')
    if (at > 0 && !found.has(pair.slice(0, at))) found.set(pair.slice(0, at), decode(pair.slice(at + 1)))
  }
  return Object.fromEntries(found)
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

/** The secret in a session cookie, which next-auth sealed (a JWE); null when it is not ours. */
async function secretIn(cookie: string | undefined, sealedWith: string): Promise<string | null> {
  if (cookie === undefined || cookie.length > 4096) return null
  try {
    const token = await openToken({ token: cookie, secret: sealedWith })
    return typeof token?.['secret'] === 'string' ? token['secret'] : null
  } catch {
    return null
  }
}

/**
 * Who sends this request: by the token of the API when there is an Authorization header, else by the session cookie. Asked of the
 * database each time. Throws a BaseboardError (401) for a token that is revoked or has expired.
 */
export async function userOfRequest(headers: Headers, cookies: Record<string, string> = cookiesIn(headers)): Promise<SignedInUser | null> {
  const origin = originOf(headers)
  if (headers.get('authorization') !== null) {
    const token = bearerOf(headers)
    return token === null ? null : userOfToken(token, origin)
  }
  const { session, secret: sealedWith } = await cookiesOf(isSecure(headers))
  const secret = await secretIn(cookies[session], sealedWith)
  return secret === null ? null : userOfSession(secret, origin)
}
