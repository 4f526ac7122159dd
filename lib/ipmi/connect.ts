import type { CipherSuiteId } from './cipher-suites.ts'
import { defaultPort, formatAddress, resolveEndpoint } from './endpoint.ts'
import { atAddress, IpmiError } from './errors.ts'
import type { Established, Handshake, HandshakeConfig, HandshakeStep } from './handshake-state.ts'
import { beginHandshake, onHandshakeGarbage, onHandshakePacket, onHandshakeSilence } from './handshake.ts'
import { randomBytes } from './random.ts'
import { encodeAsf } from './rmcp.ts'
import { maxPasswordLength, maxUsernameLength, type Privilege } from './rakp.ts'
import { countRefused } from './refused.ts'
import { IpmiSession, type SessionOptions } from './session.ts'
import type { SessionPacket } from './session-packet.ts'
import { isPortRefused, openChannel, type Channel, type DropReason, type Endpoint, type Transmission } from './socket.ts'
import { loginTimeoutMs, measure, patienceMs, type RoundTrip } from './timing.ts'
import type { Workarounds } from './workarounds.ts'

export type IpmiTarget = {
  /** A vetted address; a name is looked up. */
  readonly host: string
  readonly port?: number
  /** At most 16 bytes of UTF-8, not empty. */
  readonly username: string
  /** At most 20 bytes of UTF-8, not empty. */
  readonly password: string
  /** The BMC's key K_G: 20 bytes. Hardly any BMC has one. */
  readonly kg?: Uint8Array
  /** A fixed list, tried in order, for a BMC whose own list is wrong or whose suite is known. */
  readonly cipherSuites?: readonly CipherSuiteId[]
  /** The best suite that this BMC has done before: a weaker one is refused with `downgrade`. */
  readonly leastSuite?: CipherSuiteId
  readonly workarounds?: Workarounds
  /** `administrator` by default; `operator` when the BMC does not grant it. */
  readonly privilege?: Privilege
}

export type OpenOptions = SessionOptions & {
  readonly signal?: AbortSignal
  /** A BMC that says nothing for so long is given up. 5,000 by default; one that was seen to be slow is given more. */
  readonly silenceMs?: number
  /** The whole login, packet loss included. 20,000 by default, and up to 60,000 for a BMC that was seen to be slow. */
  readonly loginTimeoutMs?: number
}

const defaultSilenceMs = 5_000
/** As FreeIPMI's. */
const defaultLoginMs = 20_000
const greatestLoginMs = 60_000
/** A login is up to six exchanges, and as many may be lost. */
const exchangesPerLogin = 12
/** A slow BMC may lose one packet, and the next answer must still come in time. */
const silencesForgiven = 2
/** One that has answered is not given up for fewer: where one packet in five is lost each way, ten in a row happen in a large cluster. */
const leastTries = 12
const refusedProbeMs = 300
/** A host that sends nothing but garbage so often is no BMC, or a broken one. */
const garbageLimit = 3
const kgLength = 20

/**
 * Logs in to a BMC. Rejects with an `IpmiError` whose kind tells apart: no answer (`timeout`), ICMP (`refused`), no route
 * (`unreachable`), `wrong-user`, `wrong-password`, `no-cipher-suite`, `downgrade`, `insufficient-resources`, `not-a-bmc`, `protocol`,
 * `aborted`, and `invalid-argument` for a name, password or port that cannot be sent.
 */
export async function openSession(target: IpmiTarget, options: OpenOptions = {}): Promise<IpmiSession> {
  const address = formatAddress(target.host, target.port ?? defaultPort)
  try {
    const credentials = checkCredentials(target)
    const endpoint = await resolveEndpoint(target.host, target.port ?? defaultPort)
    return await new Login(endpoint, credentials, options).run()
  } catch (error) {
    throw atAddress(error, address)
  }
}

type Credentials = Pick<HandshakeConfig, 'username' | 'password' | 'kg' | 'cipherSuites' | 'leastSuite' | 'workarounds' | 'privilege'>

function checkCredentials(target: IpmiTarget): Credentials {
  const username = Buffer.from(target.username)
  const password = Buffer.from(target.password)
  checkLength(username, maxUsernameLength, 'a user name')
  checkLength(password, maxPasswordLength, 'a password')
  if (target.kg && target.kg.length !== kgLength) throw new IpmiError('invalid-argument', `the key K_G must have ${kgLength} bytes`)
  if (target.cipherSuites?.length === 0) throw new IpmiError('invalid-argument', 'the list of cipher suites is empty')
  return {
    username,
    password,
    kg: target.kg && Buffer.from(target.kg),
    cipherSuites: target.cipherSuites,
    leastSuite: target.leastSuite,
    workarounds: target.workarounds,
    privilege: target.privilege ?? 'administrator',
  }
}

function checkLength(bytes: Buffer, greatest: number, what: string): void {
  if (bytes.length === 0) throw new IpmiError('invalid-argument', `${what} is needed: IPMI's anonymous login is refused`)
  if (bytes.length > greatest) throw new IpmiError('invalid-argument', `${what} may have at most ${greatest} bytes in IPMI 2.0`)
  if (bytes.includes(0)) throw new IpmiError('invalid-argument', `${what} cannot contain a zero byte`)
}

/** Drives one handshake over a channel: packets and timers in, datagrams out. */
class Login {
  readonly #endpoint: Endpoint
  readonly #options: OpenOptions
  readonly #channel: Channel
  readonly #config: HandshakeConfig
  readonly #startedAt = performance.now()
  #lastHeardAt = this.#startedAt
  #state: Handshake | undefined
  #transmission: Transmission | undefined
  /** By the message's tag, so that a late answer tells how long it really took. */
  readonly #sent = new Map<number, Transmission>()
  #roundTrip: RoundTrip | undefined
  /** Tries since the last answer, and all unanswered ones by the kind of message: where packets get lost, one kind is not slower for another's loss. */
  #silences = 0
  readonly #losses = new Map<Handshake['phase']['name'], number>()
  #hasAnswered = false
  #speaksRmcp = false
  #session: IpmiSession | undefined
  #resolve: (session: IpmiSession) => void = () => undefined
  #reject: (error: IpmiError) => void = () => undefined

  constructor(endpoint: Endpoint, credentials: Credentials, options: OpenOptions) {
    this.#endpoint = endpoint
    this.#options = options
    this.#channel = openChannel(endpoint, {
      onPacket: (packet) => (this.#session ? this.#session.receive(packet) : this.#onPacket(packet)),
      onDropped: (reason) => (this.#session ? this.#session.countDropped(reason) : this.#onDropped(reason)),
      onSendError: (error) => (this.#session ? this.#session.fail(error) : this.#fail(error)),
    })
    this.#config = { ...credentials, consoleSessionId: this.#channel.sessionId, randomBytes }
  }

  async run(): Promise<IpmiSession> {
    const { signal } = this.#options
    const onAbort = () => this.#fail(new IpmiError('aborted', 'aborted while logging in', { cause: signal?.reason }))
    try {
      return await new Promise((resolve, reject) => {
        this.#resolve = resolve
        this.#reject = reject
        if (signal?.aborted) return onAbort()
        signal?.addEventListener('abort', onAbort, { once: true })
        this.#follow(beginHandshake(this.#config))
      })
    } finally {
      signal?.removeEventListener('abort', onAbort)
    }
  }

  #follow(step: HandshakeStep): void {
    if (step.kind === 'ignore') return
    if (step.kind === 'wait') return void (this.#state = step.state)
    this.#transmission?.settle()
    if (step.kind === 'failed') return this.#fail(step.error)
    if (step.kind === 'established') return this.#succeed(step.session)
    this.#state = step.state
    const waitMs = Math.min(this.#remainingMs(), loginTimeoutMs(this.#roundTrip, this.#losses.get(step.state.phase.name) ?? 0))
    this.#transmission = this.#channel.transmit(() => step.datagram, waitMs, () => this.#onSilence())
    this.#sent.set(step.state.tag, this.#transmission)
  }

  #onPacket(packet: SessionPacket): void {
    if (!this.#state) return
    const step = onHandshakePacket(this.#state, packet)
    if (step.kind === 'ignore') return countRefused('unmatched')
    if (step.kind !== 'wait') {
      this.#lastHeardAt = performance.now()
      this.#silences = 0
    }
    if (step.kind === 'send' || step.kind === 'established') this.#learnRoundTrip(step.answers)
    this.#hasAnswered = true
    this.#follow(step)
  }

  #learnRoundTrip(tag: number | undefined): void {
    const elapsedMs = tag === undefined ? undefined : this.#sent.get(tag)?.elapsedMs()
    if (elapsedMs !== undefined) this.#roundTrip = measure(this.#roundTrip, elapsedMs)
  }

  #onDropped(reason: DropReason): void {
    countRefused(reason)
    if (!this.#state || (reason !== 'garbage' && reason !== 'garbled')) return
    this.#state = onHandshakeGarbage(this.#state)
    if (reason === 'garbled') this.#speaksRmcp = true
  }

  #onSilence(): void {
    if (!this.#state) return
    const { name } = this.#state.phase
    this.#losses.set(name, (this.#losses.get(name) ?? 0) + 1)
    this.#silences++
    if (!this.#hasAnswered && this.#silences === 1) void this.#lookForRefusal()
    if (!this.#hasAnswered && this.#state.garbage >= garbageLimit) return this.#fail(this.#explainSilence())
    if (this.#remainingMs() <= 0) return this.#fail(this.#explainSilence())
    this.#follow(onHandshakeSilence(this.#state))
  }

  #remainingMs(): number {
    const { silenceMs = defaultSilenceMs, loginTimeoutMs: loginMs } = this.#options
    const patience = this.#roundTrip ? patienceMs(this.#roundTrip) : 0
    const silenceEnd = this.#lastHeardAt + Math.max(silenceMs, silencesForgiven * patience)
    const loginEnd = this.#startedAt + (loginMs ?? Math.min(greatestLoginMs, Math.max(defaultLoginMs, exchangesPerLogin * patience)))
    const deservesMore = this.#hasAnswered && this.#silences < leastTries
    return Math.max(0, (deservesMore ? loginEnd : Math.min(silenceEnd, loginEnd)) - performance.now())
  }

  #explainSilence(): IpmiError {
    const seconds = Math.round((performance.now() - this.#startedAt) / 1000)
    if (this.#hasAnswered) return this.#explainStall(seconds)
    if (this.#speaksRmcp) return new IpmiError('malformed', 'its answers are garbled: none of them is a whole packet')
    if (this.#state && this.#state.garbage > 0) return new IpmiError('not-a-bmc', 'something answers there, but it does not speak RMCP')
    return new IpmiError('timeout', `no answer within ${seconds} s`)
  }

  #explainStall(seconds: number): IpmiError {
    const { phase, capabilities, refusal, garbage = 0 } = this.#state ?? {}
    if (refusal) return refusal
    if (phase?.name === 'open-session' && capabilities && !capabilities.supportsIpmi20) {
      return new IpmiError('protocol', 'the BMC speaks only IPMI 1.5, which does not encrypt')
    }
    const text = `login not finished after ${seconds} s: no answer to ${phase?.name}`
    return garbage > 0 ? new IpmiError('malformed', `${text} but garbage`) : new IpmiError('timeout', text)
  }

  async #lookForRefusal(): Promise<void> {
    const isRefused = await isPortRefused(this.#endpoint, encodeAsf({ type: 'ping', tag: 0 }), refusedProbeMs)
    if (isRefused && !this.#hasAnswered) this.#fail(new IpmiError('refused', 'connection refused: nothing listens on that UDP port'))
  }

  #succeed(established: Established): void {
    this.#state = undefined
    this.#session = new IpmiSession(this.#channel, established, this.#roundTrip, this.#options)
    this.#resolve(this.#session)
  }

  #fail(error: IpmiError): void {
    this.#transmission?.settle()
    this.#state = undefined
    this.#channel.close()
    this.#reject(error)
  }
}
