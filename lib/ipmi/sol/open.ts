import { getDeviceId } from '../commands/app.ts'
import { firstInstance } from '../commands/sol.ts'
import { defaultPort } from '../endpoint.ts'
import { IpmiError } from '../errors.ts'
import type { IpmiSession } from '../session.ts'
import { payloadTypes } from '../session-packet.ts'
import { activate, deactivate, readHolder } from './activate.ts'
import { decodeSolPacket, mostCharacters, solHeaderLength, type SolPacket } from './packet.ts'
import * as stream from './stream.ts'
import type { SolNotice, SolStep, SolStream } from './stream.ts'

/**
 * Why a serial console ended without our closing it: the BMC closed it, another session took it, or the BMC no longer answers
 * in this session.
 */
export type SolEnd = { readonly reason: 'closed-by-bmc' | 'taken' | 'lost'; readonly error?: IpmiError }

export type SolOptions = {
  /** What the host printed, in order, each byte once. Called synchronously; never after `onEnd` or `close`. */
  readonly onBytes: (bytes: Buffer) => void
  /** Once, and not after `close`. The session is not closed: its owner does. */
  readonly onEnd: (end: SolEnd) => void
  readonly onNotice?: (notice: SolNotice) => void
  readonly instance?: number
  /** Ends the console of whoever holds it; without it that is an error of kind `payload-active`. */
  readonly takeOver?: boolean
  /** After so long a silence the BMC is asked whether we still hold the console. 2,000 by default. */
  readonly keepaliveMs?: number
  readonly signal?: AbortSignal
}

/** `accepted`: the BMC has every byte. `refused`: it would not take them for seconds, since the host is off or reads nothing. */
export type WriteOutcome = 'accepted' | 'refused'

export type Sol = {
  /** Resolves in order of writing. Rejects when the console ends before, and with `invalid-argument` above 1 MiB waiting. */
  readonly write: (bytes: Uint8Array) => Promise<WriteOutcome>
  /** A serial break, in its place among the bytes. */
  readonly sendBreak: () => Promise<WriteOutcome>
  /** The consumer is slow: no `onBytes` until `resume`; the BMC is slowed down meanwhile (see stream.ts). */
  readonly pause: () => void
  readonly resume: () => void
  /** Deactivates the payload. Never rejects; the session stays open. */
  readonly close: () => Promise<void>
  /** For diagnosis: bytes waiting to be sent, and those kept while paused. */
  readonly held: () => { readonly unsent: number; readonly backlog: number }
}

const keepaliveMs = 2_000
const keepaliveTimeoutMs = 3_000
const closeTimeoutMs = 1_000
const mostUnsent = 1024 * 1024
/** Packets kept that came before the answer to Activate Payload. */
const mostEarly = 64
/** After a take-over the other session needs a moment until it is named as the holder. */
const takeOverMs = 300

/** Activates SOL in a session of its own. Rejects as `activate` does, and with the signal's reason as kind `aborted`. */
export async function openSol(session: IpmiSession, options: SolOptions): Promise<Sol> {
  const early: SolPacket[] = []
  let newest: number | undefined
  let onPacket = (packet: SolPacket): void => {
    if (early.length < mostEarly) early.push(packet)
  }
  const detach = session.onPayload(payloadTypes.sol, (payload, sequence) => {
    // Overtaken on its way: its repeat or its successor has been seen, and its number says no longer which of the two it is.
    if (newest !== undefined && ((sequence - newest) | 0) < 0) return
    newest = sequence
    if (payload.length >= solHeaderLength) onPacket(decodeSolPacket(payload))
  })
  const instance = options.instance ?? firstInstance
  try {
    // A payload that we had to deactivate first says goodbye in this same session.
    const onAttempt = () => void early.splice(0)
    const { inboundPayloadSize, port } = await activate(session, { instance, takeOver: options.takeOver === true, signal: options.signal, onAttempt })
    if (isElsewhere(session, port)) throw await leaveFor(session, instance, port)
    const holder = await readHolder(session, instance).catch(() => undefined)
    const running = run(session, options, { instance, inboundPayloadSize, namesHolder: holder === 'us', detach })
    onPacket = running.onPacket
    early.forEach(onPacket)
    return running.sol
  } catch (error) {
    detach()
    throw error
  }
}

/**
 * The BMC wants the console's packets at another port of its own. Where we speak to a port that is not IPMI's, the usual one means nothing:
 * something in between has given it another number. Some write the port big-endian.
 */
function isElsewhere({ port: ours, workarounds }: IpmiSession, port: number): boolean {
  const swapped = ((port & 0xff) << 8) | (port >> 8)
  return port !== 0 && ![port, swapped].some((one) => one === ours || one === defaultPort) && !workarounds.has('solport')
}

/** The console is given back here, so that it can be opened in a session at that port. */
async function leaveFor(session: IpmiSession, instance: number, port: number): Promise<SolElsewhere> {
  await deactivate(session, instance, closeTimeoutMs).catch(() => undefined)
  return new SolElsewhere(port, session.address)
}

/** The console is to be opened at this port of the same BMC (IPMI 2.0 §15.3; FreeIPMI signs in again there as well). */
export class SolElsewhere extends IpmiError {
  readonly port: number
  constructor(port: number, address: string) {
    super('protocol', `the BMC gives its serial console at UDP port ${port} only; the workaround solport stays where we are`, { address })
    this.port = port
  }
}

type Opened = { instance: number; inboundPayloadSize: number; namesHolder: boolean; detach: () => void }
type Waiting = { resolve: (outcome: WriteOutcome) => void; reject: (error: IpmiError) => void; length: number }

function run(session: IpmiSession, options: SolOptions, opened: Opened): { sol: Sol; onPacket: (packet: SolPacket) => void } {
  const { instance } = opened
  const size = opened.inboundPayloadSize - solHeaderLength
  const isCredible = size >= 1 && !session.workarounds.has('solpayloadsize')
  const maxSend = isCredible ? Math.min(size, mostCharacters) : stream.usualRules.maxSend
  const waiting = new Map<number, Waiting>()
  let state: SolStream = stream.openStream({ ...stream.usualRules, maxSend })
  let nextId = 1
  let unsent = 0
  let isOver = false
  let explanation: NodeJS.Timeout | undefined
  let timer: NodeJS.Timeout | undefined
  let timerAtMs = Infinity

  function apply(step: SolStep): void {
    if (isOver) return
    state = step.state
    try {
      for (const payload of step.send) session.sendPayload(payloadTypes.sol, payload)
    } catch (error) {
      return finish({ reason: 'lost', error: error as IpmiError })
    }
    for (const id of step.accepted) settle(id, 'accepted')
    for (const id of step.refused) settle(id, 'refused')
    arm()
    for (const notice of step.notices) options.onNotice?.(notice)
    for (const bytes of step.deliver) if (!isOver) options.onBytes(bytes)
    if (state.end === 'unanswered') finish({ reason: 'lost' })
    else if (state.end === 'deactivated') explainDeactivation()
  }

  function settle(id: number, outcome: WriteOutcome): void {
    const write = waiting.get(id)
    if (!write) return
    waiting.delete(id)
    unsent -= write.length
    write.resolve(outcome)
  }

  function arm(): void {
    const atMs = stream.dueAtMs(state) ?? Infinity
    // A timer that rings too early only looks again: most packets are answered long before.
    if (timerAtMs <= atMs || isOver) return
    clearTimeout(timer)
    timerAtMs = atMs
    timer = setTimeout(ring, Math.max(1, atMs - performance.now()))
  }

  function ring(): void {
    timerAtMs = Infinity
    apply(stream.tick(state, performance.now()))
  }

  /** The BMC says that the payload is gone: by its own will, or because another session took it? */
  function explainDeactivation(): void {
    explanation ??= setTimeout(async () => {
      const holder = isOver ? undefined : await readHolder(session, instance, closeTimeoutMs).catch(() => undefined)
      finish({ reason: holder === 'another' ? 'taken' : 'closed-by-bmc' })
    }, takeOverMs)
  }

  function finish(end: SolEnd): void {
    if (isOver) return
    stop('the serial console ended')
    options.onEnd(end)
  }

  function stop(why: string): void {
    isOver = true
    clearTimeout(timer)
    clearTimeout(keepalive)
    clearTimeout(explanation)
    opened.detach()
    const error = new IpmiError('session-lost', `${why} before the characters were accepted`, { address: session.address })
    for (const write of waiting.values()) write.reject(error)
    waiting.clear()
  }

  let receivedBefore = session.counters.received
  let namesHolder = opened.namesHolder
  const period = options.keepaliveMs ?? keepaliveMs
  let keepalive = setTimeout(checkLife, period)

  function checkLife(): void {
    const { received } = session.counters
    const isSilent = received === receivedBefore
    receivedBefore = received
    void (isSilent ? askForLife() : Promise.resolve()).then(() => {
      if (!isOver) keepalive = setTimeout(checkLife, period)
    })
  }

  /** Also keeps the session alive, which BMCs drop after 60 s without a packet (IPMI 2.0 §6.12.15). */
  async function askForLife(): Promise<void> {
    try {
      if (!namesHolder) return void (await session.send(getDeviceId, undefined, { timeoutMs: keepaliveTimeoutMs }))
      const holder = await readHolder(session, instance, keepaliveTimeoutMs)
      if (holder === undefined) namesHolder = false
      else if (holder !== 'us') finish({ reason: holder === 'another' ? 'taken' : 'closed-by-bmc' })
    } catch (error) {
      // Characters that arrived meanwhile prove more than an answer that did not.
      const isAlive = session.isOpen && session.counters.received > receivedBefore
      if (!isAlive) finish({ reason: 'lost', error: error as IpmiError })
    }
  }

  function enqueue(length: number, queue: (id: number) => SolStep): Promise<WriteOutcome> {
    if (isOver) return Promise.reject(new IpmiError('session-lost', 'the serial console is closed', { address: session.address }))
    if (unsent + length > mostUnsent) {
      return Promise.reject(new IpmiError('invalid-argument', 'too many characters wait for the BMC', { address: session.address }))
    }
    return new Promise((resolve, reject) => {
      const id = nextId++
      unsent += length
      waiting.set(id, { resolve, reject, length })
      apply(queue(id))
    })
  }

  apply(stream.start(state, performance.now()))
  return {
    onPacket: (packet) => apply(stream.receivePacket(state, packet, performance.now())),
    sol: {
      write: (bytes) =>
        bytes.length === 0
          ? Promise.resolve('accepted')
          : enqueue(bytes.length, (id) => stream.writeBytes(state, id, Buffer.from(bytes), performance.now())),
      sendBreak: () => enqueue(0, (id) => stream.writeBreak(state, id, performance.now())),
      pause: () => apply(stream.pauseStream(state)),
      resume: () => apply(stream.resumeStream(state)),
      async close() {
        if (isOver) return
        stop('the serial console was closed')
        await deactivate(session, instance, closeTimeoutMs).catch(() => undefined)
      },
      held: () => ({ unsent, backlog: state.backlogLength }),
    },
  }
}
