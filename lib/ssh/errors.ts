/**
 * - `unreachable` `refused` `timeout` `lost` of the network
 * - `not-ssh` something else answers on this port; `protocol` it speaks SSH and breaks it; `too-much` it sends more than it may
 * - `no-algorithm` nothing in common with what is still secure
 * - `host-key` another host key than the known one; `credentials` the password, or its way, is refused
 * - `session-limit` it takes no further session; `no-shell` this user or port has none
 * - `no-console` the shell does not let us into the console; `busy` somebody is in it
 * - `closed` the other end closed the shell; `aborted` we did
 */
export type SshErrorKind =
  | 'unreachable'
  | 'refused'
  | 'timeout'
  | 'lost'
  | 'not-ssh'
  | 'protocol'
  | 'too-much'
  | 'no-algorithm'
  | 'host-key'
  | 'credentials'
  | 'session-limit'
  | 'no-shell'
  | 'no-console'
  | 'busy'
  | 'closed'
  | 'aborted'

/** A conversation over SSH that did not come about, or has ended. `detail` says it in words, without the address. */
export class SshError extends Error {
  override readonly name = 'SshError'
  readonly kind: SshErrorKind
  readonly detail: string

  constructor(kind: SshErrorKind, detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.kind = kind
    this.detail = detail
  }
}
