/**
 * What can go wrong in a conversation with a BMC. A caller decides by the kind, a person reads the text.
 *
 * - `timeout` no answer at all, or none to one command of a live session
 * - `refused` the host answers with ICMP port unreachable · `unreachable` no route, no such host
 * - `wrong-user`, `wrong-password` the BMC (or its RAKP 2 code) says so
 * - `no-cipher-suite` the BMC offers none of the suites that we accept · `insufficient-resources` no free session slot
 * - `downgrade` it refuses the cipher suite that it has done before, and is not let down to a weaker one
 * - `not-a-bmc` something answers, but not RMCP or IPMI · `protocol` an answer that breaks the specification
 * - `malformed` bytes that are not what they should be (thrown by the codecs)
 * - `completion-code` the BMC refused the command; see `completionCode`
 * - `reply-lost` a control or write command was sent once and its reply never came: read the state back
 * - `payload-active` another session holds the serial console · `payload-limit` no further instance of it
 * - `payload-disabled` serial over LAN is switched off · `payload-encryption` not with, or not without, encryption
 * - `session-lost` the BMC no longer knows the session: open a new one
 * - `aborted` the caller's signal · `invalid-argument` never left this process
 */
export type IpmiErrorKind =
  | 'timeout'
  | 'refused'
  | 'unreachable'
  | 'wrong-user'
  | 'wrong-password'
  | 'no-cipher-suite'
  | 'downgrade'
  | 'insufficient-resources'
  | 'not-a-bmc'
  | 'protocol'
  | 'malformed'
  | 'completion-code'
  | 'reply-lost'
  | 'payload-active'
  | 'payload-limit'
  | 'payload-disabled'
  | 'payload-encryption'
  | 'session-lost'
  | 'aborted'
  | 'invalid-argument'

export type IpmiErrorDetails = {
  readonly completionCode?: number
  /** `host:port`; put in front of the text. */
  readonly address?: string
  readonly cause?: unknown
}

/** The only error that leaves this room. */
export class IpmiError extends Error {
  override readonly name = 'IpmiError'
  readonly kind: IpmiErrorKind
  readonly completionCode: number | undefined
  readonly address: string | undefined
  /** The text without the address. */
  readonly detail: string

  constructor(kind: IpmiErrorKind, detail: string, details: IpmiErrorDetails = {}) {
    super(details.address ? `${details.address}: ${detail}` : detail, { cause: details.cause })
    this.kind = kind
    this.detail = detail
    this.completionCode = details.completionCode
    this.address = details.address
  }
}

/** The BMC refused it, or answered what makes no sense: that is a fact about what was asked, where any other error is one of the session. */
export const isRefusal = (error: unknown): error is IpmiError => error instanceof IpmiError && (error.kind === 'completion-code' || error.kind === 'malformed')

/** A refusal as a value; errors of the session are thrown on. */
export function refusable<T>(answer: Promise<T>): Promise<T | IpmiError> {
  return answer.catch(toRefusal)
}

function toRefusal(error: unknown): IpmiError {
  if (isRefusal(error)) return error
  throw error
}

/** Undefined for what the BMC refuses. */
export async function optional<T>(answer: Promise<T>): Promise<T | undefined> {
  const given = await refusable(answer)
  return given instanceof IpmiError ? undefined : given
}

/** The same error with the address of the BMC in its text; anything foreign becomes a `protocol` error with that cause. */
export function atAddress(error: unknown, address: string): IpmiError {
  if (!(error instanceof IpmiError)) {
    const detail = error instanceof Error ? error.message : String(error)
    return new IpmiError('protocol', detail, { address, cause: error })
  }
  if (error.address) return error
  return new IpmiError(error.kind, error.detail, { address, completionCode: error.completionCode, cause: error.cause })
}

/** Throws `malformed` unless `bytes` has at least `length` bytes: called before every read. */
export function requireLength(bytes: Uint8Array, length: number, what: string): void {
  if (bytes.length < length) {
    throw new IpmiError('malformed', `${what} is too short: ${bytes.length} bytes instead of at least ${length}`)
  }
}
