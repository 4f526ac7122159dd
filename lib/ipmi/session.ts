import { bridge, bridgeCodes, unbridge, type BridgedTo } from './bridge.ts'
import type { CipherSuiteId, SessionKeys } from './cipher-suites.ts'
import type { Command } from './command.ts'
import { closeSession, type AuthenticationCapabilities } from './commands/session.ts'
import { completionError, isBusy } from './completion-codes.ts'
import { formatAddress } from './endpoint.ts'
import { atAddress, IpmiError } from './errors.ts'
import type { Established } from './handshake-state.ts'
import { checksumsOf, decodeResponse, encodeRequest, type ResponseMessage } from './message.ts'
import type { Privilege } from './rakp.ts'
import { countRefused } from './refused.ts'
import { accept, nextSequence, type ReceiveWindow } from './sequence.ts'
import { openPacket, payloadTypes, sealPacket, type SessionPacket } from './session-packet.ts'
import type { Channel, DropReason, Transmission } from './socket.ts'
import { measure, patienceMs, retransmitAfterMs, type RoundTrip } from './timing.ts'
import type { Workarounds } from './workarounds.ts'

export type SessionOptions = {
  /** How long a command may take from its first packet on. 5,000 by default; more for a BMC that was seen to be slow. */
  readonly timeoutMs?: number
  /** Commands outstanding at once, 1 to 4. Many BMCs handle only 1, the default. */
  readonly window?: number
}

export type SendOptions = {
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
  /** Waits while others use the session, and a moment longer: for long readings, behind which no command may stand. */
  readonly yields?: boolean
  /** Another controller behind the BMC that shall answer. Reads alone: of a command nobody would know whether it arrived. */
  readonly to?: BridgedTo
}

/** `sequence` is the session's number of the packet: a lower one than before came late. */
export type PayloadHandler = (payload: Buffer, sequence: number) => void

/** What arrived and what was thrown away, for tests and diagnosis. */
export type SessionCounters = {
  sent: number
  received: number
  retransmitted: number
  /** Packets that were not signed and encrypted, or wrongly. */
  forged: number
  replayed: number
  /** Authentic, but nothing waited for them: late or repeated answers. */
  unmatched: number
  dropped: Record<DropReason, number>
}

const defaultTimeoutMs = 5_000
const greatestWindow = 4
const triesWorthWaitingFor = 2
/** A session is not given up for fewer: where one packet in five is lost each way, eight in a row happen in a large cluster. */
const leastTries = 9
/** Nor for fewer than these, though they take a slow BMC more than twice its time. */
const leastSlowTries = 4
/** How long nobody else must have used the session before a command that yields is sent, and how long that may go on. */
const quietMs = 400
const greatestYieldMs = 2_000
const rqSeqCount = 64
const firstBusyPauseMs = 100
const closeTimeoutMs = 1_000

type Pending = {
  readonly command: Command<never, unknown>
  readonly data: Buffer
  readonly lun: number
  readonly to: BridgedTo | undefined
  /** Given by the caller; else it follows the BMC. */
  readonly timeoutMs: number | undefined
  readonly yields: boolean
  readonly queuedAtMs: number
  readonly resolve: (response: unknown) => void
  readonly reject: (error: IpmiError) => void
  /** Ends the listening to the caller's signal, where there is one. */
  detach: (() => void) | undefined
  rqSeq: number
  attempt: number
  busyCount: number
  /** On the monotonic clock; undefined until the first packet has left. */
  deadline: number | undefined
  /** The session's counts of received and of garbled packets when this command was first sent. */
  receivedBefore: number
  garbledBefore: number
  transmission: Transmission | undefined
  pause: NodeJS.Timeout | undefined
}

/**
 * An authenticated, encrypted conversation with one BMC: one command at a time (or up to four), answers matched by
 * command and sequence number. Reads are repeated until their deadline; anything else is sent exactly once.
 */
export class IpmiSession {
  /** `host:port`. */
  readonly address: string
  readonly port: number
  readonly cipherSuiteId: CipherSuiteId
  readonly privilege: Privilege
  /** Those that were asked for, and those that the login has found to be needed. */
  readonly workarounds: Workarounds
  readonly capabilities: AuthenticationCapabilities | undefined
  /** The id that the BMC gave to this session, by which it says who holds a payload. */
  readonly managedSystemSessionId: number
  readonly counters: SessionCounters = {
    sent: 0,
    received: 0,
    retransmitted: 0,
    forged: 0,
    replayed: 0,
    unmatched: 0,
    dropped: { garbage: 0, garbled: 0, 'wrong-address': 0, 'wrong-session': 0 },
  }

  readonly #channel: Channel
  readonly #keys: SessionKeys
  readonly #timeoutMs: number
  readonly #windowSize: number
  readonly #pending = new Map<number, Pending>()
  readonly #queue = new Set<Pending>()
  readonly #yielding = new Set<Pending>()
  #quietTimer: NodeJS.Timeout | undefined
  /** When the last command that does not yield had ended. */
  #hurriedAtMs = -Infinity
  readonly #payloadHandlers = new Map<number, PayloadHandler>()
  #sequence: number
  #received: ReceiveWindow
  #rqSeq: number
  #roundTrip: RoundTrip | undefined
  #end: IpmiError | undefined

  constructor(channel: Channel, established: Established, roundTrip: RoundTrip | undefined, options: SessionOptions) {
    this.address = formatAddress(channel.endpoint.address, channel.endpoint.port)
    this.port = channel.endpoint.port
    this.cipherSuiteId = established.keys.suite.id
    this.privilege = established.privilege
    this.workarounds = established.workarounds
    this.capabilities = established.capabilities
    this.#channel = channel
    this.#keys = established.keys
    this.managedSystemSessionId = established.managedSystemSessionId
    this.#sequence = established.sequence
    this.#received = established.window
    this.#rqSeq = established.rqSeq
    this.#roundTrip = roundTrip
    this.#timeoutMs = options.timeoutMs ?? defaultTimeoutMs
    this.#windowSize = Math.min(greatestWindow, Math.max(1, options.window ?? 1))
  }

  /** False once it was closed or lost. */
  get isOpen(): boolean {
    return this.#end === undefined
  }

  /**
   * Sends a command and gives its decoded answer. Rejects with an `IpmiError`: `completion-code` when the BMC refuses,
   * `timeout` or `session-lost` when a read stays unanswered, `reply-lost` when anything else does after it left.
   */
  send<Request, Response>(command: Command<Request, Response>, request: Request, options: SendOptions = {}): Promise<Response> {
    // This promise and no other: with a few more for each command, a sweep of many sensors makes more promises than packets.
    return new Promise((resolve, reject) => {
      try {
        this.#enqueue(command, command.encode(request), command.lun?.(request) ?? 0, options, resolve as Pending['resolve'], reject)
      } catch (error) {
        reject(atAddress(error, this.address))
      }
    })
  }

  /** Hands payloads of another type than IPMI messages (serial over LAN) to `handler`. Gives the function that ends it. */
  onPayload(payloadType: number, handler: PayloadHandler): () => void {
    this.#payloadHandlers.set(payloadType, handler)
    return () => this.#payloadHandlers.delete(payloadType)
  }

  /** Sends such a payload, once. */
  sendPayload(payloadType: number, payload: Uint8Array): void {
    if (this.#end) throw this.#end
    this.#channel.sendUnanswered(this.#seal(payloadType, payload))
  }

  /** Ends the session at the BMC, so that its slot is free, and rejects what is still under way. Never rejects itself. */
  async close(): Promise<void> {
    if (this.#end) return
    this.#rejectAll('aborted', 'the session was closed')
    const request = { managedSystemSessionId: this.managedSystemSessionId }
    const goodbye = this.send(closeSession, request, { timeoutMs: closeTimeoutMs })
    this.#end = new IpmiError('aborted', 'the session is closed', { address: this.address })
    // Lost or refused: the BMC drops the session after its own timeout.
    await goodbye.catch(() => undefined)
    this.#channel.close()
  }

  /** For the owner of the channel: a packet with this session's id, or one outside any session from its address. */
  receive(packet: SessionPacket): void {
    if (packet.sessionId !== this.#channel.sessionId) return this.countDropped('wrong-session')
    const payload = this.#open(packet)
    if (!payload) return
    const window = accept(this.#received, packet.sequence)
    if (!window) {
      this.#refuse('replayed')
      return
    }
    this.#received = window
    this.counters.received++
    if (packet.payloadType === payloadTypes.ipmi) this.#onMessage(payload)
    else this.#payloadHandlers.get(packet.payloadType)?.(payload, packet.sequence)
  }

  /** For the owner of the channel. */
  countDropped(reason: DropReason): void {
    this.counters.dropped[reason]++
    countRefused(reason)
  }

  #refuse(reason: 'forged' | 'replayed' | 'unmatched'): void {
    this.counters[reason]++
    countRefused(reason)
  }

  /** For the owner of the channel: nothing can be sent any more. */
  fail(error: IpmiError): void {
    if (this.#end) return
    this.#end = atAddress(error, this.address)
    this.#rejectAll(error.kind, error.detail, error)
    this.#channel.close()
  }

  #enqueue(command: Command<never, unknown>, data: Buffer, lun: number, options: SendOptions, resolve: Pending['resolve'], reject: Pending['reject']): void {
    if (this.#end) throw this.#end
    const { signal } = options
    if (options.to && command.effect !== 'read') throw new IpmiError('invalid-argument', `${command.name}: only reads are passed on to another controller`)
    if (signal?.aborted) throw new IpmiError('aborted', `${command.name}: aborted before it was sent`, { cause: signal.reason })
    const pending: Pending = {
      command,
      data,
      lun,
      to: options.to,
      timeoutMs: options.timeoutMs,
      yields: options.yields === true,
      queuedAtMs: performance.now(),
      resolve,
      reject,
      detach: undefined,
      rqSeq: 0,
      attempt: 0,
      busyCount: 0,
      deadline: undefined,
      receivedBefore: 0,
      garbledBefore: 0,
      transmission: undefined,
      pause: undefined,
    }
    if (signal) this.#obey(signal, pending)
    ;(pending.yields ? this.#yielding : this.#queue).add(pending)
    this.#startQueued()
  }

  #obey(signal: AbortSignal, pending: Pending): void {
    const onAbort = () => this.#onAbort(pending)
    signal.addEventListener('abort', onAbort, { once: true })
    pending.detach = () => signal.removeEventListener('abort', onAbort)
  }

  #startQueued(): void {
    for (const pending of this.#queue) {
      if (this.#pending.size >= this.#windowSize) return
      this.#start(pending)
    }
    this.#startYielding()
  }

  /** One of them in flight already delays whatever comes next by its round trip, or by the time until its loss is noticed. */
  #startYielding(): void {
    clearTimeout(this.#quietTimer)
    for (const pending of this.#yielding) {
      const isHurried = [...this.#pending.values()].some(({ yields }) => !yields)
      if (isHurried || this.#pending.size >= this.#windowSize) return
      const waitMs = Math.min(this.#hurriedAtMs + quietMs, pending.queuedAtMs + greatestYieldMs) - performance.now()
      if (waitMs > 0) return void (this.#quietTimer = setTimeout(() => this.#startQueued(), waitMs))
      this.#start(pending)
    }
  }

  #start(pending: Pending): void {
    this.#queue.delete(pending)
    this.#yielding.delete(pending)
    pending.rqSeq = this.#takeRqSeq()
    this.#pending.set(pending.rqSeq, pending)
    this.#transmit(pending)
  }

  #takeRqSeq(): number {
    do this.#rqSeq = (this.#rqSeq + 1) % rqSeqCount
    while (this.#pending.has(this.#rqSeq))
    return this.#rqSeq
  }

  #transmit(pending: Pending): void {
    const isRead = pending.command.effect === 'read'
    const remainingMs = pending.deadline === undefined ? this.#timeoutOf(pending) : Math.max(1, pending.deadline - performance.now())
    const isDue = pending.deadline !== undefined && performance.now() >= pending.deadline
    const againMs = retransmitAfterMs(this.#roundTrip, pending.attempt)
    const waitMs = !isRead ? remainingMs : isDue ? againMs : Math.min(remainingMs, againMs)
    pending.transmission = this.#channel.transmit(() => this.#encode(pending), waitMs, () => this.#onSilence(pending))
  }

  /** At the moment of sending. */
  #encode(pending: Pending): Buffer {
    if (pending.deadline === undefined) {
      pending.deadline = performance.now() + this.#timeoutOf(pending)
      pending.receivedBefore = this.counters.received
      pending.garbledBefore = this.#garbledCount()
    } else {
      this.counters.retransmitted++
    }
    // The same rqSeq, so that a late answer to an earlier try counts; a new session sequence, or it would be dropped.
    const { netFn, cmd } = pending.command
    const message = { netFn, cmd, rqSeq: pending.rqSeq, lun: pending.lun, data: pending.data }
    return this.#seal(payloadTypes.ipmi, encodeRequest(pending.to ? bridge(message, pending.to) : message))
  }

  /** A slow BMC may lose one packet, and the answer to the next try must still come in time. */
  #timeoutOf(pending: Pending): number {
    return pending.timeoutMs ?? Math.max(this.#timeoutMs, triesWorthWaitingFor * patienceMs(this.#roundTrip))
  }

  #onSilence(pending: Pending): void {
    const { command } = pending
    if (command.effect !== 'read') {
      this.#settle(pending, new IpmiError('reply-lost', `${command.name}: sent once, its reply did not come; whether it took effect is unknown`))
      return
    }
    if (performance.now() < pending.deadline! || this.#deservesMore(pending)) {
      pending.attempt++
      this.#transmit(pending)
      return
    }
    // Silence of another controller is none of the BMC's.
    if (this.#end || pending.to || this.counters.received > pending.receivedBefore) {
      this.#settle(pending, new IpmiError('timeout', `${command.name}: no answer within ${Math.round(this.#timeoutOf(pending))} ms`))
      return
    }
    if (this.#garbledCount() > pending.garbledBefore) {
      this.fail(new IpmiError('malformed', `${command.name}: the BMC's answers are garbled`))
      return
    }
    this.fail(new IpmiError('session-lost', `${command.name}: the BMC no longer answers in this session`))
  }

  #deservesMore(pending: Pending): boolean {
    if (pending.timeoutMs !== undefined || this.#end !== undefined) return false
    const isWithinTwice = performance.now() < pending.deadline! + this.#timeoutOf(pending)
    return pending.attempt + 1 < (isWithinTwice ? leastTries : leastSlowTries)
  }

  #garbledCount(): number {
    const { forged, dropped } = this.counters
    return forged + dropped.garbage + dropped.garbled
  }

  #onMessage(payload: Buffer): void {
    let message: Required<ResponseMessage>
    try {
      message = decodeResponse(payload, checksumsOf(this.#keys.suite, this.workarounds))
    } catch {
      this.#refuse('unmatched')
      return
    }
    const pending = this.#pending.get(message.rqSeq)
    const bridged = pending?.to && unbridge(message)
    if (pending && bridged) return this.#onBridged(pending, bridged)
    const isAnswer = pending && message.netFn === pending.command.netFn + 1 && message.cmd === pending.command.cmd
    if (!isAnswer || pending.deadline === undefined) {
      this.#refuse('unmatched')
      return
    }
    this.#learnRoundTrip(pending)
    if (message.completionCode === 0) this.#settle(pending, undefined, Buffer.from(message.data))
    else if (isBusy(message.completionCode) && this.#mayAskLater(pending)) this.#askLater(pending)
    else this.#settle(pending, completionError(pending.command, message.completionCode))
  }

  #onBridged(pending: Pending, answer: Required<ResponseMessage> | 'sent'): void {
    if (answer === 'sent' || pending.deadline === undefined) return
    const { name, netFn, cmd } = pending.command
    const isOwn = answer.netFn === netFn + 1 && answer.cmd === cmd
    if (isOwn && answer.completionCode === 0) this.#settle(pending, undefined, Buffer.from(answer.data))
    else this.#settle(pending, completionError(isOwn ? pending.command : { name: `Send Message with ${name}`, completionCodes: bridgeCodes }, answer.completionCode))
  }

  /** Only from commands sent once: the answer to a repeated one may belong to either try (Karn's rule). */
  #learnRoundTrip(pending: Pending): void {
    const elapsedMs = pending.attempt === 0 ? pending.transmission?.elapsedMs() : undefined
    if (elapsedMs !== undefined) this.#roundTrip = measure(this.#roundTrip, elapsedMs)
  }

  #mayAskLater(pending: Pending): boolean {
    return pending.command.effect === 'read' && performance.now() + this.#busyPauseMs(pending) < pending.deadline!
  }

  #busyPauseMs(pending: Pending): number {
    return firstBusyPauseMs * 2 ** pending.busyCount
  }

  #askLater(pending: Pending): void {
    pending.transmission?.settle()
    clearTimeout(pending.pause)
    pending.pause = setTimeout(() => this.#transmit(pending), this.#busyPauseMs(pending))
    pending.busyCount++
  }

  #onAbort(pending: Pending): void {
    const hasLeft = pending.deadline !== undefined
    const isUnsure = hasLeft && pending.command.effect !== 'read'
    const kind = isUnsure ? 'reply-lost' : 'aborted'
    const text = isUnsure ? 'aborted after it was sent; whether it took effect is unknown' : 'aborted'
    this.#settle(pending, new IpmiError(kind, `${pending.command.name}: ${text}`))
  }

  #settle(pending: Pending, error: IpmiError | undefined, data?: Buffer): void {
    clearTimeout(pending.pause)
    pending.transmission?.settle()
    pending.detach?.()
    this.#queue.delete(pending)
    this.#yielding.delete(pending)
    if (this.#pending.get(pending.rqSeq) === pending) this.#pending.delete(pending.rqSeq)
    if (!pending.yields) this.#hurriedAtMs = performance.now()
    if (error) pending.reject(atAddress(error, this.address))
    else this.#decode(pending, data!)
    this.#startQueued()
  }

  #decode({ command, resolve, reject }: Pending, data: Buffer): void {
    try {
      resolve(command.decode(data))
    } catch (error) {
      const isMalformed = error instanceof IpmiError && error.kind === 'malformed'
      reject(isMalformed ? new IpmiError('malformed', `${command.name}: ${error.detail}`, { address: this.address, cause: error }) : atAddress(error, this.address))
    }
  }

  #rejectAll(kind: IpmiError['kind'], detail: string, cause?: unknown): void {
    const all = [...this.#queue, ...this.#yielding, ...this.#pending.values()]
    this.#queue.clear()
    this.#yielding.clear()
    clearTimeout(this.#quietTimer)
    for (const pending of all) {
      const isUnsure = pending.deadline !== undefined && pending.command.effect !== 'read'
      this.#settle(pending, new IpmiError(isUnsure ? 'reply-lost' : kind, `${pending.command.name}: ${detail}`, { cause }))
    }
  }

  #seal(payloadType: number, payload: Uint8Array): Buffer {
    this.#sequence = nextSequence(this.#sequence)
    this.counters.sent++
    return sealPacket({ payloadType, sessionId: this.managedSystemSessionId, sequence: this.#sequence, payload }, this.#keys)
  }

  #open(packet: SessionPacket): Buffer | undefined {
    try {
      return openPacket(packet, this.#keys)
    } catch {
      this.#refuse('forged')
      return undefined
    }
  }
}
