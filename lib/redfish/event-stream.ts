import { Client, type Dispatcher } from 'undici'
import { createPinnedConnector } from './connect.ts'
import { isRedfishError, RedfishError } from './errors.ts'
import { createEventScanner } from './event-scanner.ts'
import { toSafePath } from './path.ts'
import { toAddress, type RedfishEndpoint } from './target.ts'

export type EventStreamLimits = {
  connectMs: number
  /** To the complete answer headers; some services send them with the first event. */
  headersMs: number
  /** Without a byte, after which the stream is ended as `idle`. */
  idleMs: number
  /** From the first byte of an event to its end. */
  eventMs: number
  maxLineBytes: number
  maxEventBytes: number
  /** Within one minute. */
  maxBytesPerMinute: number
}

export const DEFAULT_STREAM_LIMITS: EventStreamLimits = {
  connectMs: 5_000,
  headersMs: 30_000,
  idleMs: 900_000,
  eventMs: 30_000,
  maxLineBytes: 256 * 1024,
  maxEventBytes: 1024 * 1024,
  maxBytesPerMinute: 8 * 1024 * 1024,
}

export type EventStreamOptions = {
  /** An event is complete. What it says is not given: whoever wants to know asks the BMC. */
  onEvent: () => void
  /** Ends the stream; it then rejects with `closed`. */
  signal: AbortSignal
  limits?: EventStreamLimits | undefined
}

/**
 * Listens to the BMC's server-sent events (DSP0266 §13.6) on a pinned connection of its own, until they end. Resolves with `idle` when
 * nothing came for long and with `closed` when the BMC ended them. Rejects with a RedfishError: `unsupported` for an answer that is no
 * event stream, `too-large` and `timeout` for one that does not keep to its limits, else as any request does. Never repeats anything.
 */
export async function readEventStream(
  endpoint: RedfishEndpoint,
  link: string,
  headers: Record<string, string>,
  { onEvent, signal, limits = DEFAULT_STREAM_LIMITS }: EventStreamOptions,
): Promise<'idle' | 'closed'> {
  const address = toAddress(endpoint)
  const path = toSafePath(link)
  if (path === undefined) throw new RedfishError('foreign-link', address, 'a link outside /redfish/ is not followed', { notSent: true })
  const stop = new AbortController()
  const end = (error: RedfishError) => stop.abort(error)
  const onAbort = () => end(new RedfishError('closed', address, 'the event stream was closed'))
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort)
  const headersTimer = setTimeout(() => end(new RedfishError('timeout', address, `GET ${path}: no answer within ${limits.headersMs} ms`)), limits.headersMs)
  const client = createClient(endpoint, address, limits.connectMs)
  try {
    const response = await client.request({
      method: 'GET',
      path,
      headers: { accept: 'text/event-stream', 'accept-encoding': 'identity', 'user-agent': 'Baseboard', ...headers },
      signal: stop.signal,
    })
    clearTimeout(headersTimer)
    // A body that is dropped fails with nobody listening, which would end the process.
    response.body.on('error', () => {})
    checkAnswer(address, path, response)
    return await listen(response, address, limits, onEvent, end)
  } catch (error) {
    throw toStreamError(address, stop.signal.aborted ? stop.signal.reason : error)
  } finally {
    clearTimeout(headersTimer)
    signal.removeEventListener('abort', onAbort)
    await client.destroy()
  }
}

function createClient(endpoint: RedfishEndpoint, address: string, connectMs: number): Client {
  const { connect } = createPinnedConnector(endpoint, connectMs)
  return new Client(`${endpoint.scheme ?? 'https'}://${address}`, {
    connect: ((options, callback) =>
      connect(options, (error, socket) => {
        // A BMC that vanishes says nothing, which is what a healthy one says most of the time.
        socket?.setKeepAlive(true, 60_000)
        callback(error, socket)
      })) as typeof connect as never,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: 32 * 1024,
    pipelining: 1,
  })
}

function checkAnswer(address: string, path: string, { statusCode: status, headers }: Dispatcher.ResponseData): void {
  const refused = `GET ${path} was refused (${status})`
  if (status === 401) throw new RedfishError('unauthorized', address, refused, { status })
  if (status === 403) throw new RedfishError('forbidden', address, refused, { status })
  if (status === 429 || status >= 500) throw new RedfishError('http', address, `GET ${path} failed with status ${status}`, { status })
  const type = String(headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase()
  const encoding = String(headers['content-encoding'] ?? 'identity').toLowerCase()
  if (status === 200 && type === 'text/event-stream' && encoding === 'identity') return
  throw new RedfishError('unsupported', address, `GET ${path}: the answer is no event stream (status ${status})`, { status })
}

async function listen(
  response: Dispatcher.ResponseData,
  address: string,
  limits: EventStreamLimits,
  onEvent: () => void,
  end: (error: RedfishError) => void,
): Promise<'idle' | 'closed'> {
  const scanner = createEventScanner(limits)
  let isIdle = false
  const idle = setTimeout(() => {
    isIdle = true
    response.body.destroy()
  }, limits.idleMs)
  let unfinished: NodeJS.Timeout | undefined
  let bytes = 0
  const minute = setInterval(() => (bytes = 0), 60_000)
  try {
    for await (const piece of response.body as AsyncIterable<Buffer>) {
      idle.refresh()
      bytes += piece.length
      const { events, fault } = scanner.push(piece)
      if (events > 0) onEvent()
      if (fault !== undefined || bytes > limits.maxBytesPerMinute) throw new RedfishError('too-large', address, 'the event stream is larger than its limits')
      if (events > 0 || !scanner.isInside()) {
        clearTimeout(unfinished)
        unfinished = undefined
      }
      if (scanner.isInside()) {
        unfinished ??= setTimeout(() => end(new RedfishError('timeout', address, `no complete event within ${limits.eventMs} ms`)), limits.eventMs)
      }
    }
    return 'closed'
  } catch (error) {
    if (isIdle) return 'idle'
    throw error
  } finally {
    clearTimeout(idle)
    clearTimeout(unfinished)
    clearInterval(minute)
  }
}

function toStreamError(address: string, error: unknown): RedfishError {
  if (isRedfishError(error)) return error
  const { code = '', message = '' } = error as { code?: string; message?: string }
  if (code.startsWith('HPE_')) return new RedfishError('not-redfish', address, `the answer is not HTTP (${code})`, { cause: error })
  return new RedfishError('unreachable', address, `the event stream was lost (${code || message})`, { cause: error })
}
