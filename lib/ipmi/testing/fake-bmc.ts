import { randomBytes } from 'node:crypto'
import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'
import { cipherSuites, deriveSessionKeys, findCipherSuite, isSameCode, type CipherSuiteId, type SessionKeys } from '../cipher-suites.ts'
import { decodeRequest, encodeResponse, type RequestMessage } from '../message.ts'
import { rakp2Code, rakp3Code, rakp4Code, sessionIntegrityKey, type RakpExchange } from '../rakp-codes.ts'
import * as rakp from '../rakp.ts'
import { decodePacket, encodeLegacyPacket, encodePlainPacket, openPacket, payloadTypes, sealPacket } from '../session-packet.ts'

/** What the fake answers to a command inside a session; undefined is silence. */
export type Answer = { readonly completionCode?: number; readonly data?: Uint8Array } | undefined

export type FakeBmcConfig = {
  readonly username?: string
  readonly password?: string
  readonly kg?: Buffer
  /** What Get Channel Cipher Suites lists; `false` says nothing to the question. */
  readonly listedSuites?: readonly number[] | false
  readonly acceptedSuites?: readonly CipherSuiteId[]
  /** How many Open Sessions there is room for; the next one is refused with 01h. */
  readonly places?: number
  readonly status?: { readonly openSession?: number; readonly rakp2?: (role: number) => number; readonly rakp4?: () => number }
  readonly capabilitiesCode?: (asksForIpmi20: boolean) => number
  readonly privilegeCode?: (privilege: number) => number
  /** The privilege that it says it has set, whatever was asked for. */
  readonly grants?: number
  /** Changes a RAKP 2 or RAKP 4 code on its way out. */
  readonly forge?: (message: 'rakp2' | 'rakp4', code: Buffer) => Buffer
  readonly answer?: (request: Required<RequestMessage>) => Answer
}

type Session = { exchange: RakpExchange; keys?: SessionKeys; sequence: number }

/** A BMC for the tests of this room: just enough of the other side, without a socket. */
export class FakeBmc {
  readonly config: FakeBmcConfig
  /** Payload types of setup messages and names of sessionless commands, in the order they came. */
  readonly seen: string[] = []
  readonly requests: Required<RequestMessage>[] = []
  readonly sessions = new Map<number, Session>()
  #opening = new Map<number, { suite: CipherSuiteId; consoleSessionId: number }>()

  constructor(config: FakeBmcConfig = {}) {
    this.config = config
  }

  /** The datagrams that answer this one. */
  receive(datagram: Buffer): Buffer[] {
    const packet = decodePacket(datagram)
    switch (packet.payloadType) {
      case payloadTypes.ipmi:
        if (packet.sessionId !== 0) return this.#onSessionMessage(packet.sessionId, openPacket(packet, this.sessions.get(packet.sessionId)!.keys!))
        return this.#onSessionless(decodeRequest(packet.payload), packet.format)
      case payloadTypes.openSessionRequest:
        return this.#plain(payloadTypes.openSessionResponse, this.#onOpenSession(rakp.decodeOpenSessionRequest(packet.payload)))
      case payloadTypes.rakp1:
        return this.#plain(payloadTypes.rakp2, this.#onRakp1(rakp.decodeRakp1(packet.payload)))
      case payloadTypes.rakp3:
        return this.#plain(payloadTypes.rakp4, this.#onRakp3(rakp.decodeRakp3(packet.payload)))
      default:
        return []
    }
  }

  /** A packet of the session as the BMC would send it unasked. */
  seal(managedSystemSessionId: number, payloadType: number, payload: Uint8Array, sequence?: number): Buffer {
    const session = this.sessions.get(managedSystemSessionId)!
    session.sequence = sequence ?? session.sequence + 1
    return sealPacket({ payloadType, sessionId: session.exchange.consoleSessionId, sequence: session.sequence, payload }, session.keys!)
  }

  #plain(payloadType: number, payload: Buffer): Buffer[] {
    return [encodePlainPacket({ payloadType, sessionId: 0, sequence: 0, payload })]
  }

  #onSessionless(request: Required<RequestMessage>, format: 'ipmi-1.5' | 'rmcp-plus'): Buffer[] {
    const respond = (completionCode: number, data: Buffer) => {
      const payload = encodeResponse({ netFn: request.netFn + 1, cmd: request.cmd, rqSeq: request.rqSeq, completionCode, data })
      return format === 'ipmi-1.5' ? [encodeLegacyPacket(payload)] : this.#plain(payloadTypes.ipmi, payload)
    }
    if (request.cmd === 0x38) {
      this.seen.push('capabilities')
      const asksForIpmi20 = (request.data[0]! & 0x80) !== 0
      const code = this.config.capabilitiesCode?.(asksForIpmi20) ?? 0
      const authStatus = this.config.kg ? 0x24 : 0x04
      return respond(code, code ? Buffer.alloc(0) : Buffer.of(0x01, asksForIpmi20 ? 0x80 : 0x04, authStatus, 0x02, 0, 0, 0, 0))
    }
    this.seen.push('cipher suites')
    const listed = this.config.listedSuites ?? [3, 17]
    if (listed === false) return []
    const records = Buffer.concat(listed.map((id) => Buffer.of(0xc0, id, id === 17 ? 0x03 : 0x01, id === 17 ? 0x44 : 0x41, 0x81)))
    const start = 16 * (request.data[2]! & 0x3f)
    return respond(0, Buffer.concat([Buffer.of(1), records.subarray(start, start + 16)]))
  }

  #onOpenSession(request: rakp.OpenSessionRequest): Buffer {
    this.seen.push('open session')
    const { tag, consoleSessionId } = request
    const suite = findCipherSuite(request)
    const accepted = this.config.acceptedSuites ?? [17, 3]
    if (!suite || !accepted.includes(suite.id)) return rakp.encodeOpenSessionResponse({ tag, consoleSessionId, status: 0x11 })
    const isFull = this.#opening.size >= (this.config.places ?? Infinity)
    const status = this.config.status?.openSession ?? (isFull ? rakp.rakpStatus.insufficientResources : 0)
    if (status !== 0) return rakp.encodeOpenSessionResponse({ tag, consoleSessionId, status })
    const managedSystemSessionId = randomBytes(4).readUInt32LE() || 1
    this.#opening.set(managedSystemSessionId, { suite: suite.id, consoleSessionId })
    return rakp.encodeOpenSessionResponse({ ...suite, tag, status, privilege: 4, consoleSessionId, managedSystemSessionId })
  }

  #onRakp1(message: rakp.Rakp1): Buffer {
    this.seen.push('rakp 1')
    const opening = this.#opening.get(message.managedSystemSessionId)!
    const { tag } = message
    const { consoleSessionId } = opening
    const isKnown = message.username.toString() === (this.config.username ?? 'admin')
    const status = this.config.status?.rakp2?.(message.role) ?? (isKnown ? 0 : rakp.rakpStatus.unauthorizedName)
    if (status !== 0) return rakp.encodeRakp2({ tag, consoleSessionId, status })
    const exchange: RakpExchange = {
      suite: cipherSuites[opening.suite],
      consoleSessionId,
      managedSystemSessionId: message.managedSystemSessionId,
      consoleRandom: Buffer.from(message.consoleRandom),
      managedSystemRandom: randomBytes(16),
      guid: Buffer.alloc(16, 0x47),
      role: message.role,
      username: Buffer.from(message.username),
      password: Buffer.from(this.config.password ?? 'secret'),
      kg: this.config.kg,
    }
    this.sessions.set(message.managedSystemSessionId, { exchange, sequence: 0 })
    const code = this.#forge('rakp2', rakp2Code(exchange))
    return rakp.encodeRakp2({ tag, status, consoleSessionId, managedSystemRandom: exchange.managedSystemRandom, guid: exchange.guid, code })
  }

  #onRakp3(message: rakp.Rakp3): Buffer {
    this.seen.push('rakp 3')
    const session = this.sessions.get(message.managedSystemSessionId)!
    const { exchange } = session
    const isGenuine = isSameCode(rakp3Code(exchange), message.code)
    const status = this.config.status?.rakp4?.() ?? (isGenuine ? 0 : rakp.rakpStatus.invalidIntegrityCheck)
    const { tag } = message
    const { consoleSessionId } = exchange
    if (status !== 0) return rakp.encodeRakp4({ tag, status, consoleSessionId })
    const sik = sessionIntegrityKey(exchange)
    session.keys = deriveSessionKeys(exchange.suite, sik, exchange.password)
    return rakp.encodeRakp4({ tag, status, consoleSessionId, code: this.#forge('rakp4', rakp4Code(exchange, sik)) })
  }

  #onSessionMessage(managedSystemSessionId: number, payload: Buffer): Buffer[] {
    const request = decodeRequest(payload)
    this.requests.push({ ...request, data: Buffer.from(request.data) })
    const answer = this.#answer(request)
    if (!answer) return []
    const { completionCode = 0, data = Buffer.alloc(0) } = answer
    const response = encodeResponse({ netFn: request.netFn + 1, cmd: request.cmd, rqSeq: request.rqSeq, completionCode, data })
    return [this.seal(managedSystemSessionId, payloadTypes.ipmi, response)]
  }

  #answer(request: Required<RequestMessage>): Answer {
    if (request.netFn === 6 && request.cmd === 0x3b) {
      const completionCode = this.config.privilegeCode?.(request.data[0]!) ?? 0
      const granted = this.config.grants === undefined ? request.data : Buffer.of(this.config.grants)
      return { completionCode, data: completionCode ? undefined : granted }
    }
    if (request.netFn === 6 && request.cmd === 0x3c) return {}
    return this.config.answer ? this.config.answer(request) : { completionCode: 0xc1 }
  }

  #forge(message: 'rakp2' | 'rakp4', code: Buffer): Buffer {
    return this.config.forge?.(message, Buffer.from(code)) ?? code
  }
}

export type RunningBmc = {
  readonly bmc: FakeBmc
  readonly port: number
  /** Where the last datagram came from. */
  readonly clientPort: () => number
  /** Sends to the last address that a datagram came from. */
  readonly send: (datagram: Buffer) => void
  readonly close: () => void
}

/** The fake on a loopback port. `deliver` stands between it and the wire: it may drop, repeat, delay or change answers. */
export async function runFakeBmc(
  bmc: FakeBmc,
  deliver: (answers: Buffer[], send: (datagram: Buffer) => void, request: Buffer) => void = (answers, send) => answers.forEach(send),
): Promise<RunningBmc> {
  const socket = createSocket('udp4')
  let peer: RemoteInfo | undefined
  const send = (datagram: Buffer) => {
    if (peer) socket.send(datagram, peer.port, peer.address)
  }
  socket.on('message', (datagram, from) => {
    peer = from
    deliver(bmc.receive(datagram), send, datagram)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return { bmc, port: socket.address().port, clientPort: () => peer?.port ?? 0, send, close: () => socket.close() }
}
