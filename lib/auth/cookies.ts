import { config } from '#lib/config/environment.ts'
import { database } from '#lib/db/client.ts'
import { readInstance } from '#lib/db/instance.ts'

/** Cookies as next-auth wants them, and what it seals them with. */
export type Cookies = { secret: string; session: string; csrf: string; callback: string; secure: boolean }

const known = new Map<string, Promise<{ id: string; cookieSecret: string }>>()

/** Read once per database and process; a failure is forgotten, so that the next request asks again. */
function instance() {
  const { url } = database()
  const asked = known.get(url) ?? readInstance()
  known.set(url, asked)
  asked.catch(() => known.delete(url))
  return asked
}

/**
 * The names of our cookies. A browser sends the cookies of one port to every other of the same host, so they carry the instance and
 * the port; over TLS they carry `__Host-`, which keeps other hosts of the domain from setting them (RFC 6265bis §4.1.3.2).
 */
export async function cookiesOf(secure: boolean): Promise<Cookies> {
  const { id, cookieSecret } = await instance()
  const name = (what: string) => `${secure ? '__Host-' : ''}baseboard-${id.slice(0, 8)}-${config().PORT}-${what}`
  return { secret: cookieSecret, session: name('session'), csrf: name('csrf'), callback: name('callback'), secure }
}
