import { isIPv6 } from 'node:net'
import type { BmcFailureKind } from '#lib/domain/bmc.ts'
import { IpmiError, type IpmiErrorKind } from '#lib/ipmi/errors.ts'
import { RedfishError, type RedfishErrorKind } from '#lib/redfish/errors.ts'
import { SshError, type SshErrorKind } from '#lib/ssh/errors.ts'
import { BmcError } from './errors.ts'

/** `host:port` as an administrator typed the host; IPv6 in brackets. */
export const toAddress = (host: string, port: number) => `${isIPv6(host) ? `[${host}]` : host}:${port}`

const ofIpmi: Record<IpmiErrorKind, BmcFailureKind> = {
  timeout: 'unreachable',
  unreachable: 'unreachable',
  refused: 'refused',
  'wrong-user': 'credentials',
  'wrong-password': 'credentials',
  'no-cipher-suite': 'cipher-suite',
  downgrade: 'downgrade',
  'insufficient-resources': 'session-limit',
  'not-a-bmc': 'not-a-bmc',
  protocol: 'garbled',
  malformed: 'garbled',
  'completion-code': 'failed',
  'reply-lost': 'reply-lost',
  'payload-active': 'console-busy',
  'payload-limit': 'console-busy',
  'payload-disabled': 'unsupported',
  'payload-encryption': 'unsupported',
  'session-lost': 'unreachable',
  aborted: 'failed',
  'invalid-argument': 'unsupported',
}

const ofRedfish: Record<Exclude<RedfishErrorKind, 'tls'>, BmcFailureKind> = {
  timeout: 'unreachable',
  unreachable: 'unreachable',
  refused: 'refused',
  'certificate-changed': 'certificate',
  unauthorized: 'credentials',
  // The account was let in and may not do this: another account is the remedy.
  forbidden: 'credentials',
  'not-found': 'failed',
  'not-redfish': 'not-a-bmc',
  http: 'failed',
  'too-large': 'garbled',
  'bad-json': 'garbled',
  garbled: 'garbled',
  'session-limit': 'session-limit',
  'foreign-link': 'garbled',
  unsupported: 'unsupported',
  insecure: 'certificate',
  busy: 'failed',
  closed: 'failed',
}

const ofSsh: Record<SshErrorKind, BmcFailureKind> = {
  unreachable: 'unreachable',
  refused: 'refused',
  timeout: 'unreachable',
  lost: 'unreachable',
  'not-ssh': 'not-a-bmc',
  protocol: 'garbled',
  'too-much': 'garbled',
  'no-algorithm': 'cipher-suite',
  'host-key': 'host-key',
  credentials: 'credentials',
  'session-limit': 'session-limit',
  'no-shell': 'unsupported',
  'no-console': 'unsupported',
  busy: 'console-busy',
  closed: 'failed',
  aborted: 'failed',
}

/** OpenSSL's codes for a peer that does not speak TLS at all. */
const plainPeer = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG', 'ERR_SSL_HTTP_REQUEST'])

function ofTls(error: RedfishError): BmcFailureKind {
  const { code = '' } = (error.cause ?? {}) as NodeJS.ErrnoException
  if (plainPeer.has(code)) return 'not-a-bmc'
  return /UNSUPPORTED_PROTOCOL|ALERT_PROTOCOL_VERSION|HANDSHAKE_FAILURE|NO_CIPHERS|LEGACY_RENEGOTIATION|TOO_SMALL|KEY_TOO/.test(code) ? 'cipher-suite' : 'failed'
}

/** Completion codes that mean "this BMC cannot do that" (IPMI 2.0 table 5-2): command unknown, illegal for this, disabled. */
const cannotCodes: ReadonlySet<number> = new Set([0xc1, 0xc2, 0xcd, 0xd6])

/**
 * Any error of a protocol room as one of ours, with the address that the administrator knows in front of its text.
 * An error that is ours already stays as it is.
 */
export function toBmcError(error: unknown, address: string): BmcError {
  if (error instanceof BmcError) return error
  if (error instanceof IpmiError) {
    const cannot = error.completionCode !== undefined && cannotCodes.has(error.completionCode)
    return new BmcError(cannot ? 'unsupported' : ofIpmi[error.kind], address, `${address}: ${error.detail}`, { cause: error })
  }
  if (error instanceof RedfishError) {
    return new BmcError(error.kind === 'tls' ? ofTls(error) : ofRedfish[error.kind], address, `${address}: ${error.detail}`, { cause: error })
  }
  if (error instanceof SshError) return new BmcError(ofSsh[error.kind], address, `${address}: ${error.detail}`, { cause: error })
  const text = error instanceof Error ? error.message : String(error)
  return new BmcError('failed', address, `${address}: ${text}`, { cause: error })
}

/** Of the failures of several protocols the one that tells most: what was nearest to success comes first. */
const telling: readonly BmcFailureKind[] = [
  'outside-networks',
  'no-credential',
  'credentials',
  'certificate',
  'host-key',
  'cipher-suite',
  'downgrade',
  'session-limit',
  'console-busy',
  'unsupported',
  'garbled',
  'failed',
  'reply-lost',
  'not-a-bmc',
  'refused',
  'unreachable',
]

export function toMostTelling<F extends { kind: BmcFailureKind }>(failures: readonly F[]): F | null {
  return failures.toSorted((a, b) => telling.indexOf(a.kind) - telling.indexOf(b.kind))[0] ?? null
}

/** No sign of life of this protocol: nobody answered, or somebody who speaks something else. */
export function isNothingThere({ kind, cause }: BmcError): boolean {
  if (kind === 'refused' || kind === 'not-a-bmc') return true
  if (kind !== 'unreachable') return false
  // After the connection stood (Redfish) or the BMC had said a first word (IPMI), silence is a failure of something that is there.
  if (cause instanceof RedfishError) return cause.notSent
  return cause instanceof IpmiError && cause.kind !== 'session-lost' && !cause.detail.startsWith('login not finished')
}
