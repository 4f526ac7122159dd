import { constants, type X509Certificate } from 'node:crypto'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import {
  checkServerIdentity,
  connect as connectTls,
  createSecureContext,
  type ConnectionOptions,
  type SecureContext,
  type SecureContextOptions,
  type TLSSocket,
} from 'node:tls'
import { RedfishError } from './errors.ts'
import { toAddress, type RedfishEndpoint, type TlsPolicy } from './target.ts'

/** The shape of undici's `connect` option. */
export type Connector = (options: unknown, callback: (error: Error | null, socket: Socket | null) => void) => void

export type PinnedConnector = {
  connect: Connector
  /** Fingerprint of the certificate that this connector trusts: the pin, the first one seen, or one that the authority vouches for. */
  fingerprint(): string | undefined
  /** That certificate itself, as the peer last showed it. */
  certificate(): X509Certificate | undefined
  /** The authority signed it for this name. */
  isVouchedFor(): boolean
}

/**
 * Everything that the environment or command line could weaken is stated here: `NODE_TLS_REJECT_UNAUTHORIZED`, `--tls-min-v1.0`
 * and `--tls-cipher-list` only change defaults. BMC certificates are self-signed, so the chain proves nothing unless the site has an
 * authority of its own: the pin below is what identifies the BMC.
 */
const TLS_POLICIES: Record<TlsPolicy, SecureContextOptions> = {
  modern: { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3', ciphers: 'DEFAULT:!aNULL:!eNULL' },
  legacy: {
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.3',
    ciphers: 'DEFAULT:!aNULL:!eNULL@SECLEVEL=0',
    secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
  },
}

/**
 * A `connect` for undici that hands a socket over only when the certificate it presented is the pinned one, so that a changed
 * certificate costs the BMC's impostor a handshake and gains it not one byte of HTTP. undici's own `checkServerIdentity` is not
 * enough: it is never called for a self-signed certificate. No TLS session is resumed, hence every socket presents its certificate.
 */
export function createPinnedConnector(endpoint: RedfishEndpoint, connectTimeoutMs: number): PinnedConnector {
  const address = toAddress(endpoint)
  let pinned = endpoint.expectedFingerprint === undefined ? undefined : normaliseFingerprint(address, endpoint.expectedFingerprint)

  let isVouchedFor = false
  let certificate: X509Certificate | undefined

  function checkCertificate(socket: TLSSocket): RedfishError | undefined {
    const shown = socket.getPeerX509Certificate()
    const presented = shown?.fingerprint256
    if (presented === undefined) return new RedfishError('tls', address, 'no certificate presented', { notSent: true })
    // `authorized` means: the chain and the name verified, against the given authority alone.
    const isVouched = endpoint.authority !== undefined && socket.authorized
    if (isVouched) pinned = presented
    pinned ??= presented
    isVouchedFor = isVouched
    if (presented === pinned) {
      certificate = shown
      return undefined
    }
    return new RedfishError('certificate-changed', address, `certificate changed: pinned ${pinned}, presented ${presented}`, {
      notSent: true,
    })
  }

  function connect(_options: unknown, callback: (error: Error | null, socket: Socket | null) => void): void {
    const secure = endpoint.scheme !== 'http'
    const socket = secure ? startTls(endpoint) : connectTcp({ host: endpoint.host, port: endpoint.port })
    socket.setNoDelay(true)
    const settle = once((error: RedfishError | undefined) => {
      clearTimeout(timer)
      socket.removeListener('error', onError)
      if (error === undefined) return callback(null, socket)
      // A socket that is being thrown away may still fail; nobody is left to hear of it.
      socket.on('error', () => {})
      socket.destroy()
      callback(error, null)
    })
    const onError = (cause: NodeJS.ErrnoException) => settle(toConnectError(address, cause, secure))
    const timer = setTimeout(
      () => settle(new RedfishError('timeout', address, `no connection within ${connectTimeoutMs} ms`, { notSent: true })),
      connectTimeoutMs,
    )
    socket.on('error', onError)
    socket.once('close', () => settle(new RedfishError('tls', address, 'connection closed during the handshake', { notSent: true })))
    if (secure) socket.once('secureConnect', () => settle(checkCertificate(socket as TLSSocket)))
    else socket.once('connect', () => settle(undefined))
  }

  return { connect, fingerprint: () => (endpoint.scheme === 'http' ? undefined : pinned), certificate: () => certificate, isVouchedFor: () => isVouchedFor }
}

const contexts = new Map<string, SecureContext>()

/**
 * One context for all BMCs of a policy and an authority: making one costs more than the handshake that it is for. It holds no session,
 * for none is ever resumed. An authority replaces the system's and those of NODE_EXTRA_CA_CERTS.
 */
function toContext({ tls = 'modern', authority }: RedfishEndpoint): SecureContext {
  const key = `${tls} ${authority?.certificates ?? ''}`
  let context = contexts.get(key)
  if (context === undefined) {
    context = createSecureContext({ ...TLS_POLICIES[tls], ...(authority === undefined ? {} : { ca: authority.certificates }) })
    contexts.set(key, context)
  }
  return context
}

function startTls(endpoint: RedfishEndpoint): TLSSocket {
  const { authority } = endpoint
  const options: ConnectionOptions = {
    secureContext: toContext(endpoint),
    host: endpoint.host,
    port: endpoint.port,
    // RFC 6066 §3: an address is no server name.
    servername: isIP(endpoint.host) === 0 ? endpoint.host : '',
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
  }
  if (authority !== undefined) options.checkServerIdentity = (_host, certificate) => checkServerIdentity(authority.name, certificate)
  return connectTls(options)
}

function normaliseFingerprint(address: string, given: string): string {
  const hex = given.replace(/^sha-?256:/i, '').replaceAll(':', '').toUpperCase()
  // A pin that cannot match anything must stop the conversation rather than be taken for "no pin".
  if (!/^[0-9A-F]{64}$/.test(hex)) {
    throw new RedfishError('insecure', address, 'the pinned fingerprint is not a SHA-256 in hexadecimal', { notSent: true })
  }
  return hex.match(/../g)!.join(':')
}

function toConnectError(address: string, cause: NodeJS.ErrnoException, secure: boolean): RedfishError {
  const details = { notSent: true, cause }
  const code = cause.code ?? ''
  if (code === 'ECONNREFUSED') return new RedfishError('refused', address, 'connection refused', details)
  if (code === 'ETIMEDOUT') return new RedfishError('timeout', address, 'no connection', details)
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return new RedfishError('unreachable', address, 'the name does not resolve', details)
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') {
    return new RedfishError('unreachable', address, 'no route to this address', details)
  }
  if (!secure) return new RedfishError('unreachable', address, `connection failed (${code})`, details)
  if (code === 'ECONNRESET') return new RedfishError('tls', address, 'connection closed during the handshake', details)
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') {
    return new RedfishError('tls', address, 'the peer does not speak TLS on this port', details)
  }
  if (/UNSUPPORTED_PROTOCOL|ALERT_PROTOCOL_VERSION|HANDSHAKE_FAILURE|NO_CIPHERS|LEGACY_RENEGOTIATION|TOO_SMALL|KEY_TOO/.test(code)) {
    return new RedfishError('tls', address, `no common TLS version or cipher (${code}); an old BMC needs the legacy TLS policy`, details)
  }
  return new RedfishError('tls', address, `TLS handshake failed (${code || cause.message})`, details)
}

function once<A>(act: (argument: A) => void): (argument: A) => void {
  let done = false
  return (argument) => {
    if (done) return
    done = true
    act(argument)
  }
}
