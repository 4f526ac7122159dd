/** Why a Redfish exchange did not give an answer. One kind, one sentence for the person. */
export type RedfishErrorKind =
  | 'timeout'
  | 'unreachable'
  | 'refused'
  | 'tls'
  | 'certificate-changed'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'not-redfish'
  | 'http'
  | 'too-large'
  | 'bad-json'
  | 'garbled'
  | 'session-limit'
  | 'foreign-link'
  | 'unsupported'
  | 'insecure'
  | 'busy'
  | 'closed'

type Details = {
  status?: number | undefined
  messages?: readonly string[]
  codes?: readonly string[]
  notSent?: boolean
  cause?: unknown
}

/**
 * Every failure of this room. `message` begins with the address (`10.0.4.7:443: …`), `detail` is the same without it; neither ever holds
 * a secret.
 * `notSent` is true only when it is certain that the BMC received no byte of the request (of a change: that only the reading before
 * it was sent), so that an action may be called "not done" rather than "unknown"; anything else must be answered by reading the state.
 */
export class RedfishError extends Error {
  override readonly name = 'RedfishError'
  readonly kind: RedfishErrorKind
  readonly address: string
  readonly detail: string
  readonly status: number | undefined
  readonly messages: readonly string[]
  /** The ids of the messages (`Base.1.8.ActionParameterMissing`), where the BMC gives some. */
  readonly codes: readonly string[]
  readonly notSent: boolean

  constructor(kind: RedfishErrorKind, address: string, detail: string, details: Details = {}) {
    super(`${address}: ${detail}`, details.cause === undefined ? undefined : { cause: details.cause })
    this.kind = kind
    this.address = address
    this.detail = detail
    this.status = details.status
    this.messages = details.messages ?? []
    this.codes = details.codes ?? []
    this.notSent = details.notSent ?? false
  }
}

/** True when the failure is of one of these kinds. */
export function isRedfishError(error: unknown, ...kinds: RedfishErrorKind[]): error is RedfishError {
  return error instanceof RedfishError && (kinds.length === 0 || kinds.includes(error.kind))
}
