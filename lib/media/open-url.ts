import { lookup as resolveName } from 'node:dns/promises'
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { fetchList, type FetchList } from '#lib/config/fetch-list.ts'
import { toPlainAddress } from '#lib/config/networks.ts'
import type { ImageFailureCode } from '#lib/domain/image.ts'

/** Why a fetch came to nothing; `text` helps whoever asked for it. */
export class FetchFailed extends Error {
  override readonly name = 'FetchFailed'
  readonly code: ImageFailureCode
  constructor(code: ImageFailureCode, text: string, options?: ErrorOptions) {
    super(text, options)
    this.code = code
  }
}

export type Resolve = (host: string) => Promise<{ address: string; family: number }[]>
export type OpenOptions = { list: readonly string[]; headers?: Record<string, string>; signal: AbortSignal; resolve?: Resolve; ca?: string }

const mostRedirects = 5
const headMs = 20_000
const silentMs = 30_000
const redirects = new Set([301, 302, 303, 307, 308])

/**
 * Asks for a URL and gives the answer, its body unread. Every hop is looked at as the first one was; its name is resolved once and the
 * connection goes to an address that was looked at (checklist 30: a name that changes in between changes nothing).
 */
export async function openUrl(address: string, options: OpenOptions): Promise<IncomingMessage> {
  const list = fetchList(options.list)
  let url = new URL(address)
  for (let hops = 0; hops <= mostRedirects; hops += 1) {
    const answer = await ask(url, list, options)
    if (!redirects.has(answer.statusCode!)) return answer
    answer.destroy()
    const next = toNext(url, answer.headers.location)
    if (url.protocol === 'https:' && next.protocol === 'http:') throw new FetchFailed('not-allowed', `${next.host}: ${url.host} leads from HTTPS to plain HTTP`)
    url = next
  }
  throw new FetchFailed('refused', `${url.host}: more than ${mostRedirects} redirects`)
}

function toNext(from: URL, location: string | undefined): URL {
  if (location === undefined || !URL.canParse(location, from.href)) throw new FetchFailed('refused', `${from.host}: a redirect that leads nowhere`)
  return new URL(location, from)
}

/** The addresses of a host that may be spoken to. */
async function vet(url: URL, list: FetchList, resolve: Resolve): Promise<{ address: string; family: number }[]> {
  if (!list.allowsUrl(url) || url.username !== '' || url.password !== '') throw new FetchFailed('not-allowed', url.host)
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const found = isIP(host) === 0 ? await resolve(host).catch((error: NodeJS.ErrnoException) => Promise.reject(new FetchFailed('unreachable', `${host}: ${error.code ?? 'its name cannot be resolved'}`))) : [{ address: host, family: isIP(host) }]
  const allowed = found.filter(({ address }) => list.allowsAddress(address))
  if (allowed.length > 0) return allowed
  const where = found.map(({ address }) => toPlainAddress(address) ?? address).slice(0, 3)
  throw new FetchFailed(where.length === 0 ? 'unreachable' : 'not-allowed', where.length === 0 ? `${host}: it has no address` : `${host} (${where.join(', ')})`)
}

async function ask(url: URL, list: FetchList, { headers, signal, ca, resolve = (host) => resolveName(host, { all: true }) }: OpenOptions): Promise<IncomingMessage> {
  const addresses = await vet(url, list, resolve)
  const lookup: LookupFunction = (_host, { all }, callback) => {
    if (all === true) callback(null, addresses)
    else callback(null, addresses[0]!.address, addresses[0]!.family)
  }
  const where = `${url.host} (${addresses[0]!.address})`
  return new Promise((done, fail) => {
    const asked = (url.protocol === 'https:' ? https : http).request(url, {
      lookup,
      // Whatever the environment says: certificates are checked, connections are not shared, no proxy is asked.
      rejectUnauthorized: true,
      agent: false,
      ...(ca === undefined ? {} : { ca }),
      headers: { 'user-agent': 'Baseboard', accept: '*/*', 'accept-encoding': 'identity', ...headers },
      signal,
      timeout: silentMs,
    })
    const late = setTimeout(() => asked.destroy(new FetchFailed('unreachable', `${where}: no answer in ${headMs / 1000} s`)), headMs)
    asked.on('timeout', () => asked.destroy(new FetchFailed('unreachable', `${where}: silent for ${silentMs / 1000} s`)))
    asked.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(late)
      fail(error instanceof FetchFailed || signal.aborted ? error : new FetchFailed('unreachable', `${where}: ${error.code ?? error.message}`, { cause: error }))
    })
    asked.on('response', (answer) => {
      clearTimeout(late)
      done(answer)
    })
    asked.end()
  })
}
