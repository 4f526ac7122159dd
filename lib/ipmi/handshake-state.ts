import type { CipherSuiteId, SessionKeys } from './cipher-suites.ts'
import type { AuthenticationCapabilities } from './commands/session.ts'
import type { IpmiError } from './errors.ts'
import type { RakpExchange } from './rakp-codes.ts'
import type { Privilege } from './rakp.ts'
import type { ReceiveWindow } from './sequence.ts'
import type { Workarounds } from './workarounds.ts'

export type HandshakeConfig = {
  readonly username: Buffer
  readonly password: Buffer
  readonly kg?: Buffer
  /** Tried in this order without asking the BMC what it offers. Without it the BMC is asked; 17 goes before 3. */
  readonly cipherSuites?: readonly CipherSuiteId[]
  /** The best suite that this BMC has done before: a weaker one is refused as a `downgrade`, whatever the BMC says now. */
  readonly leastSuite?: CipherSuiteId
  readonly workarounds?: Workarounds
  readonly privilege: Privilege
  /** Our session id: random, not 0, this conversation's alone. */
  readonly consoleSessionId: number
  readonly randomBytes: (length: number) => Buffer
}

export type Handshake = {
  readonly config: HandshakeConfig
  readonly phase: Phase
  /** Of the newest message; counts up with every one, so that each answer tells which it belongs to. */
  readonly tag: number
  /** What is out and may still be answered, the newest last: a slow BMC answers what we have long repeated. */
  readonly tries: readonly Try[]
  readonly privilege: Privilege
  /** How the BMC is to find the user. Most have one user of a name. */
  readonly lookup: 'name' | 'name-and-role'
  /** Those given, and those that this BMC's codes have shown to be needed. */
  readonly workarounds: Workarounds
  /** Suites still to be tried, the present one first. */
  readonly suites: readonly CipherSuiteId[]
  readonly offered?: readonly number[]
  readonly capabilities?: AuthenticationCapabilities
  /** Unanswered tries in a row of this phase. */
  readonly silences: number
  /** Wrong codes so far: one may be a spoilt packet. */
  readonly mismatches: number
  /** Datagrams of this peer that were no packets at all. */
  readonly garbage: number
  /** How often a session was opened with the present suite. */
  readonly openings: number
  /** No free session, said to a repeated Open Session: our own earlier ones may fill the table, until one is answered or the BMC drops them. */
  readonly refusal?: IpmiError
}

/** A message under way. Inside an IPMI message the tag's low six bits are its rqSeq. */
export type Try<P extends Phase = Phase> = { readonly tag: number; readonly phase: P }

/** How far the list of cipher suites has been read, and in which packet format the BMC answers. */
export type CipherSuiteQuery = { readonly index: number; readonly records: Buffer; readonly format: 'rmcp-plus' | 'ipmi-1.5' }

export type Phase =
  | { readonly name: 'capabilities'; readonly asksForIpmi20: boolean }
  | ({ readonly name: 'cipher-suites' } & CipherSuiteQuery)
  | { readonly name: 'open-session' }
  | { readonly name: 'rakp-1'; readonly managedSystemSessionId: number; readonly consoleRandom: Buffer; readonly grantedPrivilege: number; readonly repeats: number }
  | { readonly name: 'rakp-3'; readonly exchange: RakpExchange; readonly sik: Buffer; readonly repeats: number }
  | ({ readonly name: 'privilege' } & SecureChannel)

/** What a session needs to protect its packets. */
export type SecureChannel = {
  readonly keys: SessionKeys
  readonly managedSystemSessionId: number
  readonly sequence: number
  readonly window: ReceiveWindow
}

/** A session ready for commands. */
export type Established = SecureChannel & {
  readonly consoleSessionId: number
  readonly privilege: Privilege
  readonly rqSeq: number
  readonly workarounds: Workarounds
  readonly capabilities?: AuthenticationCapabilities
}

export type HandshakeStep =
  /** `answers`: the tag of the message that was answered, for measuring the peer. */
  | { readonly kind: 'send'; readonly state: Handshake; readonly datagram: Buffer; readonly answers?: number }
  /** Something was learned and nothing is to be sent: go on waiting. */
  | { readonly kind: 'wait'; readonly state: Handshake }
  /** Not an answer to what was asked: late, repeated, forged or broken. The state stays. */
  | { readonly kind: 'ignore'; readonly reason: string }
  | { readonly kind: 'established'; readonly session: Established; readonly answers?: number }
  | { readonly kind: 'failed'; readonly error: IpmiError }
