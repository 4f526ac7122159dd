import type { X509Certificate } from 'node:crypto'
import { createPinnedConnector } from './connect.ts'
import { RedfishError } from './errors.ts'
import { readExtendedInfo } from './extended-info.ts'
import { JSON_LIMITS, parseBoundedJson, type JsonLimits } from './json.ts'
import { createLines } from './lines.ts'
import { toLocationPath, toSafePath, toSlashRedirect } from './path.ts'
import { toAddress, type RedfishEndpoint } from './target.ts'
import { quote, toText, transfer, type Deadlines, type Reply } from './transfer.ts'

/** BMCs need 3 s for a simple resource and more under load; an action may take a minute before it answers. */
export const DEFAULT_DEADLINES: Deadlines = { connectMs: 5_000, headersMs: 30_000, idleMs: 10_000, totalMs: 60_000 }

export type ExchangeOptions = {
  deadlines: Deadlines
  maxBodyBytes: number
  jsonLimits: JsonLimits
}

export const DEFAULT_EXCHANGE: ExchangeOptions = {
  deadlines: DEFAULT_DEADLINES,
  maxBodyBytes: 4 * 1024 * 1024,
  jsonLimits: JSON_LIMITS,
}

/** Of a body that is not JSON so much is kept, for a person to look at. */
const maxTextBytes = 4_096

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

export type ExchangeRequest = {
  method: Method
  path: string
  headers?: Record<string, string>
  body?: unknown
  /** Another limit than the conversation's. */
  maxBodyBytes?: number | undefined
  /** How long the answer may be waited for where that is longer than the conversation's own patience: a BMC that mounts an image first. */
  patienceMs?: number | undefined
  /** Authorised by the password and not by the session: what is done so outlives the session. */
  withPassword?: boolean | undefined
}

/** An answer of any status. `body` is parsed JSON, or undefined for an empty body or one that is not JSON. */
export type Answer = {
  status: number
  body: unknown
  isJson: boolean
  /** The beginning of a body that is not JSON. */
  text: string | undefined
  etag: string | undefined
  /** The `Allow` header: the methods that this resource takes (DSP0266 §6.5). */
  allow: string | undefined
  /** The `Location` header's path, when it is one that may be followed. */
  location: string | undefined
  /** `Retry-After` in milliseconds. */
  retryAfterMs: number | undefined
  token: string | undefined
  /** The `Location` header as it came, for the redirect check alone. */
  rawLocation: string | undefined
  /** When the request went and when its answer was there, by our clock, in milliseconds since 1970. */
  askedAtMs: number
  answeredAtMs: number
}

export type Exchanger = {
  readonly address: string
  fingerprint(): string | undefined
  certificate(): X509Certificate | undefined
  isVouchedFor(): boolean
  /** One request, one answer of whatever status. Throws a RedfishError when there is no answer. Never repeats anything. */
  exchange(request: ExchangeRequest): Promise<Answer>
  /** Drops the connections; what is in flight fails with `closed`. */
  destroy(): Promise<void>
}

/** Opens nothing yet: the first exchange connects. At most two connections per BMC, each with one request at a time. */
export function createExchanger(endpoint: RedfishEndpoint, options: ExchangeOptions = DEFAULT_EXCHANGE): Exchanger {
  const address = toAddress(endpoint)
  const { deadlines } = options
  const connector = createPinnedConnector(endpoint, deadlines.connectMs)
  const origin = `${endpoint.scheme ?? 'https'}://${address}`
  if (!URL.canParse(origin)) throw new RedfishError('unreachable', address, 'not an address', { notSent: true })
  const lines = createLines(origin, 2, {
    connect: connector.connect as never,
    // The deadlines below are finer than undici's own timers, which count in seconds.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: 32 * 1024,
    keepAliveTimeout: 15_000,
    keepAliveMaxTimeout: 60_000,
  })

  async function exchangeOnce(request: ExchangeRequest): Promise<Answer> {
    const path = toSafePath(request.path)
    if (path === undefined) {
      throw new RedfishError('foreign-link', address, `a link outside /redfish/ is not followed: ${quote(request.path)}`, { notSent: true })
    }
    const body = request.body === undefined ? null : JSON.stringify(request.body)
    const patient = request.patienceMs === undefined ? deadlines : toPatient(deadlines, request.patienceMs)
    const limits = { address, deadlines: patient, maxBodyBytes: request.maxBodyBytes ?? options.maxBodyBytes }
    const askedAtMs = Date.now()
    const reply = await lines.over((line) => transfer(line, { method: request.method, path, headers: toHeaders(request), body }, limits))
    return toAnswer(address, reply, { askedAtMs, answeredAtMs: Date.now() }, options)
  }

  async function exchange(request: ExchangeRequest): Promise<Answer> {
    const answer = await exchangeOnce(request)
    if (request.method !== 'GET' || answer.status < 300 || answer.status >= 400) return answer
    const path = toSlashRedirect(request.path, answer.rawLocation, address)
    return path === undefined ? answer : await exchangeOnce({ ...request, path })
  }

  const { fingerprint, certificate, isVouchedFor } = connector
  return { address, fingerprint, certificate, isVouchedFor, exchange, destroy: () => lines.destroy() }
}

const toPatient = ({ headersMs, totalMs, ...rest }: Deadlines, ms: number): Deadlines => ({ ...rest, headersMs: Math.max(headersMs, ms), totalMs: Math.max(totalMs, ms + rest.idleMs) })

function toHeaders(request: ExchangeRequest): Record<string, string> {
  return {
    accept: 'application/json',
    // Compressed answers would need a second limit, and compressing proxies weaken ETags.
    'accept-encoding': 'identity',
    'odata-version': '4.0',
    'user-agent': 'Baseboard',
    ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...request.headers,
  }
}

function toAnswer(address: string, { status, headers, bytes }: Reply, times: Pick<Answer, 'askedAtMs' | 'answeredAtMs'>, options: ExchangeOptions): Answer {
  const parsed = bytes.length === 0 ? undefined : parseBoundedJson(bytes, options.jsonLimits)
  if (parsed?.ok === false && parsed.reason === 'too-large') throw new RedfishError('too-large', address, parsed.text, { status })
  const location = toText(headers['location'])
  return {
    status,
    body: parsed?.ok ? parsed.value : undefined,
    isJson: parsed?.ok ?? false,
    text: parsed?.ok === false ? bytes.toString('utf8', 0, maxTextBytes) : undefined,
    etag: toText(headers['etag']),
    allow: toText(headers['allow']),
    location: toLocationPath(location),
    retryAfterMs: toRetryAfter(toText(headers['retry-after'])),
    token: toText(headers['x-auth-token']),
    rawLocation: location,
    ...times,
  }
}

/** The error for an answer that is not a success, with what the BMC said about it. */
export function toStatusError(address: string, request: Pick<ExchangeRequest, 'method' | 'path'>, answer: Answer): RedfishError {
  const info = readExtendedInfo(answer.body)
  const messages = info.map((message) => message.text)
  const codes = info.flatMap(({ id }) => (id === '' ? [] : [id]))
  const said = messages.length === 0 ? '' : `: ${messages.join(' ')}`
  const what = `${request.method} ${quote(request.path)}`
  const { status } = answer
  const details = { status, messages, codes }
  const refused = `${what} refused (401), not signed in or not as somebody who may${said}`
  if (status === 401) return new RedfishError('unauthorized', address, refused, details)
  if (status === 403) return new RedfishError('forbidden', address, `${what} is not allowed for this user (403)${said}`, details)
  if (status === 404) return new RedfishError('not-found', address, `${what} is not there (404)${said}`, details)
  if (status >= 300 && status < 400) return new RedfishError('http', address, `${what} was redirected (${status}), not followed`, details)
  return new RedfishError('http', address, `${what} failed with status ${status}${said}`, details)
}

function toRetryAfter(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,5}$/.test(value.trim()) ? Number(value) * 1000 : undefined
}
