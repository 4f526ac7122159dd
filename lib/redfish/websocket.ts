import { WebSocket, type ClientOptions } from 'ws'
import { createPinnedConnector } from './connect.ts'
import { isRedfishError, RedfishError } from './errors.ts'
import { toAddress, type RedfishEndpoint } from './target.ts'

export type { WebSocket }

export type WebSocketOptions = {
  /** TCP and TLS together. */
  connectMs: number
  /** From the call to the complete upgrade. */
  totalMs: number
  /** A frame or message that is longer ends the connection (1009). */
  maxPayloadBytes: number
  /** How long a closing may take before the connection is cut. */
  closeMs: number
  signal?: AbortSignal | undefined
}

/**
 * Opens a WebSocket (RFC 6455) on a connection of its own, whose certificate is compared before a byte of HTTP is sent. No redirect is
 * followed and no compression offered. It is handed over paused: attach listeners, then `resume`. Rejects with a RedfishError; one with
 * a `status` means that the BMC answered and did not upgrade.
 */
export function openWebSocket(
  endpoint: RedfishEndpoint,
  path: string,
  headers: Record<string, string>,
  { connectMs, totalMs, maxPayloadBytes, closeMs, signal }: WebSocketOptions,
): Promise<WebSocket> {
  const address = toAddress(endpoint)
  const { connect } = createPinnedConnector(endpoint, connectMs)
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(new RedfishError('closed', address, 'stopped before anything was sent', { notSent: true }))
    const socket = new WebSocket(`${endpoint.scheme === 'http' ? 'ws' : 'wss'}://${address}${path}`, {
      createConnection: connect as never,
      headers: { 'user-agent': 'Baseboard', ...headers },
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: maxPayloadBytes,
      maxHeaderSize: 32 * 1024,
      closeTimeout: closeMs,
    } as ClientOptions)
    let isOver = false
    const settle = (end: () => void) => {
      if (isOver) return
      isOver = true
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      end()
    }
    const fail = (error: RedfishError) =>
      settle(() => {
        reject(error)
        socket.terminate()
      })
    const onAbort = () => fail(new RedfishError('closed', address, 'the opening was stopped'))
    // One deadline for all of it: a peer that sends a byte now and then is never idle.
    const timer = setTimeout(() => fail(new RedfishError('timeout', address, `no WebSocket within ${totalMs} ms`)), totalMs)
    signal?.addEventListener('abort', onAbort)
    socket.on('error', (cause) => fail(toOpeningError(address, path, cause)))
    socket.on('unexpected-response', (request, response) => {
      // A request that is dropped may still fail; nobody is left to hear of it.
      request.on('error', () => {})
      response.on('error', () => {})
      request.destroy()
      fail(toUpgradeError(address, path, response.statusCode ?? 0))
    })
    socket.on('open', () => {
      socket.pause()
      settle(() => resolve(socket))
    })
  })
}

function toUpgradeError(address: string, path: string, status: number): RedfishError {
  const refused = `the WebSocket ${path} was refused (${status})`
  if (status === 401) return new RedfishError('unauthorized', address, refused, { status })
  if (status === 403) return new RedfishError('forbidden', address, refused, { status })
  if (status === 404) return new RedfishError('not-found', address, `there is no WebSocket ${path} (404)`, { status })
  if (status >= 300 && status < 400) return new RedfishError('http', address, `the WebSocket ${path} was redirected (${status}), not followed`, { status })
  return new RedfishError('http', address, `the WebSocket ${path} was not opened (status ${status})`, { status })
}

function toOpeningError(address: string, path: string, cause: Error): RedfishError {
  if (isRedfishError(cause)) return cause
  const { code = '' } = cause as NodeJS.ErrnoException
  if (code.startsWith('HPE_')) return new RedfishError('not-redfish', address, `the answer is not HTTP (${code})`, { cause })
  // ws gives its own findings no code: a wrong accept key, an extension or a subprotocol that nobody asked for.
  if (code === '') return new RedfishError('garbled', address, `the upgrade to the WebSocket ${path} was not understood (${cause.message})`, { cause })
  return new RedfishError('unreachable', address, `connection lost before the WebSocket ${path} stood (${code})`, { cause })
}
