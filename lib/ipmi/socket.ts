import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { IpmiError } from './errors.ts'
import { randomBytes } from './random.ts'
import { decodeAsf, looksLikeRmcp, readRmcpClass, type AsfMessage } from './rmcp.ts'
import { decodePacket, payloadTypes, type SessionPacket } from './session-packet.ts'

/**
 * The only file that opens sockets. All conversations of the process share a few UDP sockets; datagrams find their
 * conversation by our session id, and before there is one by the BMC's address.
 *
 * A socket takes no more requests in flight than its receive buffer can hold answers: a thousand BMCs that answer at
 * once would otherwise overrun it, and every lost answer costs a retransmission. Nor more than keep this process busy:
 * what waits in a queue of ours tells nothing about the BMC, whose round trip is measured from the sending on.
 */
export type Endpoint = { readonly address: string; readonly port: number; readonly family: 4 | 6 }

/** `garbled` at least begins like RMCP; `garbage` does not. */
export type DropReason = 'garbage' | 'garbled' | 'wrong-address' | 'wrong-session'

export type Receiver = {
  readonly onPacket: (packet: SessionPacket) => void
  readonly onAsf?: (message: AsfMessage) => void
  /** A datagram that is not for this conversation, or is nothing at all. */
  readonly onDropped: (reason: DropReason) => void
  /** The system could not send (no route, not permitted): kind `unreachable`. */
  readonly onSendError: (error: IpmiError) => void
}

/** A datagram under way, from waiting for its turn until its answer or its timeout. */
export type Transmission = {
  /** Milliseconds since it was sent, on a monotonic clock; undefined while it waits for its turn. */
  readonly elapsedMs: () => number | undefined
  /** The answer came, or nobody waits for it any more. */
  readonly settle: () => void
}

export type Channel = {
  readonly endpoint: Endpoint
  /** Our session id: random, never 0, unique on this socket. */
  readonly sessionId: number
  /** Sends when the socket has room. `make` is called at that moment; `onTimeout` once, unless settled before. */
  readonly transmit: (make: () => Buffer, timeoutMs: number, onTimeout: () => void) => Transmission
  /** Sends at once and awaits nothing. */
  readonly sendUnanswered: (datagram: Buffer) => void
  readonly close: () => void
}

const socketsPerFamily = 4
const wantedReceiveBuffer = 4 * 1024 * 1024
/** What one small datagram costs in the kernel's accounting of the buffer, with room to spare. */
const bufferPerAnswer = 1024
/** libuv takes so many datagrams from a socket before it turns to timers and other sockets: a fuller turn may have left some behind. */
const datagramsPerTurn = 32
/** Nobody may put off everybody's timeouts for ever by flooding us. */
const greatestTurns = 256
const greatestSlots = 64
/** An answer that has not come by then will not come with the others: a slot is not held by the dead. */
const slotHeldMs = 25

type Conversation = { readonly endpoint: Endpoint; readonly sessionId: number; readonly receiver: Receiver }

/** One datagram's way; a class and not closures, since a sweep makes a hundred thousand. */
class Flight implements Transmission {
  readonly conversation: Conversation
  sentAt: number | undefined
  readonly #socket: SharedSocket
  readonly #make: () => Buffer
  readonly #timeoutMs: number
  readonly #onTimeout: () => void
  #isSettled = false
  #timer: NodeJS.Timeout | undefined

  constructor(socket: SharedSocket, conversation: Conversation, make: () => Buffer, timeoutMs: number, onTimeout: () => void) {
    this.#socket = socket
    this.conversation = conversation
    this.#make = make
    this.#timeoutMs = timeoutMs
    this.#onTimeout = onTimeout
  }

  elapsedMs(): number | undefined {
    return this.sentAt === undefined ? undefined : performance.now() - this.sentAt
  }

  /** Its clock runs from now on. */
  leave(): Buffer {
    this.sentAt = performance.now()
    this.#timer = setTimeout(timeOut, this.#timeoutMs, this)
    return this.#make()
  }

  whenDue(): void {
    this.#socket.expireOnceDrained(this)
  }

  expire(): void {
    if (this.#isSettled) return
    this.settle()
    this.#onTimeout()
  }

  settle(): void {
    if (this.#isSettled) return
    this.#isSettled = true
    clearTimeout(this.#timer)
    this.#socket.land(this)
  }
}

const timeOut = (flight: Flight): void => flight.whenDue()

class SharedSocket {
  readonly #socket: Socket
  readonly #byId = new Map<number, Conversation>()
  readonly #byAddress = new Map<string, Set<Conversation>>()
  readonly #waiting = new Set<Flight>()
  /** In flight and holding a slot, the oldest first. */
  readonly #holding = new Set<Flight>()
  #slotTimer: NodeJS.Timeout | undefined
  readonly #expired: Flight[] = []
  #arrivals = 0
  #slots = greatestSlots
  onClosed: () => void = () => undefined

  constructor(family: 4 | 6) {
    this.#socket = createSocket({
      type: family === 4 ? 'udp4' : 'udp6',
      ipv6Only: family === 6,
      recvBufferSize: wantedReceiveBuffer,
      // Endpoints are numeric: no lookup, no extra tick per packet.
      lookup: (hostname, _options, callback) => callback(null, hostname, family),
    })
    this.#socket.on('message', (datagram, from) => {
      this.#arrivals++
      this.#dispatch(datagram, from)
    })
    this.#socket.on('error', (error) => this.#fail(error))
    this.#socket.on('listening', () => {
      this.#slots = Math.min(greatestSlots, Math.floor(this.#socket.getRecvBufferSize() / bufferPerAnswer))
    })
    this.#socket.bind(0)
    // Timers of what is under way keep the process alive, not the socket.
    this.#socket.unref()
  }

  open(endpoint: Endpoint, receiver: Receiver): Channel {
    const conversation = { endpoint, receiver, sessionId: this.#freeSessionId() }
    this.#byId.set(conversation.sessionId, conversation)
    const key = addressKey(endpoint)
    const neighbours = this.#byAddress.get(key) ?? new Set()
    this.#byAddress.set(key, neighbours.add(conversation))
    return {
      endpoint,
      sessionId: conversation.sessionId,
      transmit: (make, timeoutMs, onTimeout) => this.#transmit(conversation, make, timeoutMs, onTimeout),
      sendUnanswered: (datagram) => this.#send(conversation, datagram),
      close: () => this.#close(conversation),
    }
  }

  #freeSessionId(): number {
    for (;;) {
      const id = randomBytes(4).readUInt32LE()
      if (id !== 0 && !this.#byId.has(id)) return id
    }
  }

  #close(conversation: Conversation): void {
    this.#byId.delete(conversation.sessionId)
    const key = addressKey(conversation.endpoint)
    const neighbours = this.#byAddress.get(key)
    neighbours?.delete(conversation)
    if (neighbours?.size === 0) this.#byAddress.delete(key)
  }

  #transmit(conversation: Conversation, make: () => Buffer, timeoutMs: number, onTimeout: () => void): Transmission {
    const flight = new Flight(this, conversation, make, timeoutMs, onTimeout)
    if (this.#holding.size < this.#slots) this.#start(flight)
    else this.#wait(flight)
    return flight
  }

  #start(flight: Flight): void {
    this.#holding.add(flight)
    this.#send(flight.conversation, flight.leave())
  }

  /** For its flights: it was answered or is not waited for. */
  land(flight: Flight): void {
    if (flight.sentAt === undefined) this.#waiting.delete(flight)
    else if (this.#holding.delete(flight)) this.#startWaiting()
  }

  /**
   * When this process was busy, its timers are late and the answers wait in the socket: they are not lost. So a timeout
   * counts only after a turn of the event loop in which everything that had arrived was read. For its flights.
   */
  expireOnceDrained(flight: Flight): void {
    this.#expired.push(flight)
    if (this.#expired.length === 1) this.#drain(greatestTurns)
  }

  #drain(turnsLeft: number): void {
    const before = this.#arrivals
    setImmediate(() => {
      if (this.#arrivals - before >= datagramsPerTurn && turnsLeft > 0) return this.#drain(turnsLeft - 1)
      for (const flight of this.#expired.splice(0)) flight.expire()
    })
  }

  #wait(flight: Flight): void {
    this.#waiting.add(flight)
    if (this.#slotTimer === undefined) this.#freeSlotsLater()
  }

  #freeSlotsLater(): void {
    this.#slotTimer = setTimeout(() => this.#freeOldSlots(), slotHeldMs)
  }

  #freeOldSlots(): void {
    const heldSince = performance.now() - slotHeldMs
    for (const flight of this.#holding) {
      if (flight.sentAt! > heldSince) break
      this.#holding.delete(flight)
    }
    this.#slotTimer = undefined
    this.#startWaiting()
    if (this.#waiting.size > 0) this.#freeSlotsLater()
  }

  #startWaiting(): void {
    for (const flight of this.#waiting) {
      if (this.#holding.size >= this.#slots) return
      this.#waiting.delete(flight)
      this.#start(flight)
    }
  }

  #send(conversation: Conversation, datagram: Buffer): void {
    if (this.#byId.get(conversation.sessionId) !== conversation) return
    const { address, port } = conversation.endpoint
    this.#socket.send(datagram, port, address, (error) => {
      if (error && this.#byId.get(conversation.sessionId) === conversation) conversation.receiver.onSendError(unreachable(error))
    })
  }

  #dispatch(datagram: Buffer, from: RemoteInfo): void {
    try {
      if (readRmcpClass(datagram) !== 'asf') return this.#route(decodePacket(datagram), from)
      const message = decodeAsf(datagram)
      for (const { receiver } of this.#neighbours(from)) receiver.onAsf?.(message)
    } catch (error) {
      if (!(error instanceof IpmiError)) throw error
      const reason = looksLikeRmcp(datagram) ? 'garbled' : 'garbage'
      for (const { receiver } of this.#neighbours(from)) receiver.onDropped(reason)
    }
  }

  #route(packet: SessionPacket, from: RemoteInfo): void {
    const sessionId = sessionIdOf(packet)
    if (sessionId === 0) {
      for (const { receiver } of this.#neighbours(from)) receiver.onPacket(packet)
      return
    }
    const owner = this.#byId.get(sessionId)
    if (owner?.endpoint.address === from.address && owner.endpoint.port === from.port) return owner.receiver.onPacket(packet)
    owner?.receiver.onDropped('wrong-address')
    for (const { receiver } of this.#neighbours(from)) receiver.onDropped('wrong-session')
  }

  /** The conversations with this address. */
  #neighbours(from: RemoteInfo): Iterable<Conversation> {
    return this.#byAddress.get(addressKey(from)) ?? []
  }

  #fail(cause: Error): void {
    this.onClosed()
    const conversations = [...this.#byId.values()]
    this.#byId.clear()
    this.#byAddress.clear()
    for (const { receiver } of conversations) receiver.onSendError(unreachable(cause))
    this.#socket.close()
  }
}

const pools = { 4: [] as SharedSocket[], 6: [] as SharedSocket[] }
let turn = 0

/** A conversation with one BMC over one of the shared sockets. Close it. */
export function openChannel(endpoint: Endpoint, receiver: Receiver): Channel {
  const pool = pools[endpoint.family]
  const index = turn++ % socketsPerFamily
  const existing = pool[index]
  if (existing) return existing.open(endpoint, receiver)
  const socket = new SharedSocket(endpoint.family)
  const position = Math.min(index, pool.length)
  pool[position] = socket
  socket.onClosed = () => pool.splice(pool.indexOf(socket), 1)
  return socket.open(endpoint, receiver)
}

/**
 * Whether the host refuses the port (ICMP port unreachable). Shared sockets never hear of it, hence a connected one of
 * its own, for a moment, and only for a BMC that did not answer. False when nothing was heard in time.
 */
export function isPortRefused(endpoint: Endpoint, datagram: Buffer, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket(endpoint.family === 4 ? 'udp4' : 'udp6')
    let isFinished = false
    const finish = (error?: Error | null) => {
      if (isFinished) return
      isFinished = true
      clearTimeout(timer)
      socket.close()
      resolve((error as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED')
    }
    const timer = setTimeout(finish, timeoutMs)
    socket.on('error', finish)
    socket.on('message', () => finish())
    socket.connect(endpoint.port, endpoint.address, ((error?: Error) => {
      if (error) finish(error)
      else socket.send(datagram, (sendError) => sendError && finish(sendError))
    }) as () => void)
  })
}

/** Session setup messages carry our id in their payload, behind tag, status and two bytes more. */
function sessionIdOf(packet: SessionPacket): number {
  if (packet.sessionId !== 0) return packet.sessionId
  const isSetup = packet.payloadType >= payloadTypes.openSessionRequest && packet.payloadType <= payloadTypes.rakp4
  return isSetup && packet.payload.length >= 8 ? packet.payload.readUInt32LE(4) : 0
}

function addressKey(endpoint: { readonly address: string; readonly port: number }): string {
  return `${endpoint.address} ${endpoint.port}`
}

function unreachable(cause: Error): IpmiError {
  const code = (cause as NodeJS.ErrnoException).code ?? cause.message
  return new IpmiError('unreachable', `cannot send to it (${code})`, { cause })
}
