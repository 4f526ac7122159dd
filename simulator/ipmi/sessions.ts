import { randomBytes, randomInt } from 'node:crypto'
import { deriveSessionKeys, findCipherSuite, isSameCode, type CipherSuite, type SessionKeys } from '#lib/ipmi/cipher-suites.ts'
import {
  decodeOpenSessionRequest,
  decodeRakp1,
  decodeRakp3,
  encodeOpenSessionResponse,
  encodeRakp2,
  encodeRakp4,
  maxUsernameLength,
  nameOnlyLookup,
  rakpStatus,
  randomLength,
} from '#lib/ipmi/rakp.ts'
import type { SessionQuirk } from '../personas.ts'
import { rakp2Code, rakp3Code, rakp4Code, sessionIntegrityKey, type RakpExchange } from '#lib/ipmi/rakp-codes.ts'

const userPrivilege = 2
const administratorPrivilege = 4
const idleLimitMs = 60_000
const setupLimitMs = 20_000

/** Where a session's packets go. */
export interface Peer {
  address: string
  port: number
}

/** One row of the session table, from Open Session to Close Session. */
export interface Session {
  id: number
  consoleSessionId: number
  suite: CipherSuite
  lastUsedMs: number
  exchange?: RakpExchange
  /** Present once RAKP 3 was right: from then on the session is active. */
  keys?: SessionKeys
  privilege: number
  maximumPrivilege: number
  /** As Open Session asked for it. */
  askedPrivilege: number
  /** The highest sequence number seen, and the 32 before it as bits (IPMI 2.0 §6.12.13). */
  highestSequence: number
  seenSequences: number
  nextSequence: number
  /** The session sequence of the newest SOL packet: an older one was overtaken, and its SOL number says nothing any more. */
  newestSolSequence?: number
  /** Where its newest packet came from. */
  peer?: Peer
}

export interface SessionTableOptions {
  limit: number
  guid: Buffer
  username: () => string
  password: () => string
  cipherSuites: () => readonly number[]
  /** The BMC's own key, where it has one. */
  kg: () => Buffer | undefined
  has: (quirk: SessionQuirk) => boolean
  now: () => number
}

export interface SessionTable {
  openSession: (payload: Buffer) => Buffer
  rakp1: (payload: Buffer) => Buffer | undefined
  rakp3: (payload: Buffer) => Buffer | undefined
  /** The active session of an id, kept alive by this look; undefined when there is none. */
  find: (id: number) => Session | undefined
  /** The same without keeping it alive. */
  peek: (id: number) => Session | undefined
  close: (id: number) => boolean
  forgetAll: () => void
  activeCount: () => number
  /** How many were ever established: a polite client keeps this low. */
  createdCount: () => number
}

/** The managed system's side of session setup (IPMI 2.0 §13.15 to §13.24): payload in, payload out, no socket. */
export function createSessionTable(options: SessionTableOptions): SessionTable {
  const sessions = new Map<number, Session>()
  let created = 0

  function expire(): void {
    const nowMs = options.now()
    for (const session of sessions.values()) {
      if (nowMs - session.lastUsedMs > (session.keys ? idleLimitMs : setupLimitMs)) sessions.delete(session.id)
    }
  }

  function freeId(): number {
    const id = randomInt(1, 0x1_0000_0000)
    return sessions.has(id) ? freeId() : id
  }

  function openSession(payload: Buffer): Buffer {
    const request = decodeOpenSessionRequest(payload)
    const { tag, consoleSessionId } = request
    expire()
    const suite = findCipherSuite(request)
    if (!suite || !options.cipherSuites().includes(suite.id)) {
      return encodeOpenSessionResponse({ tag, status: rakpStatus.noMatchingCipherSuite, consoleSessionId })
    }
    if (sessions.size >= options.limit) {
      return encodeOpenSessionResponse({ tag, status: rakpStatus.insufficientResources, consoleSessionId })
    }
    const maximumPrivilege = request.privilege === 0 ? administratorPrivilege : Math.min(request.privilege & 0x0f, administratorPrivilege)
    const id = freeId()
    sessions.set(id, {
      id,
      consoleSessionId,
      suite,
      lastUsedMs: options.now(),
      privilege: userPrivilege,
      maximumPrivilege,
      askedPrivilege: request.privilege,
      highestSequence: 0,
      seenSequences: 0,
      nextSequence: 1,
    })
    return encodeOpenSessionResponse({
      tag,
      status: rakpStatus.ok,
      privilege: maximumPrivilege,
      consoleSessionId,
      managedSystemSessionId: id,
      authentication: suite.authentication,
      integrity: suite.integrity,
      confidentiality: suite.confidentiality,
    })
  }

  function rakp1(payload: Buffer): Buffer | undefined {
    const request = decodeRakp1(payload)
    const session = sessions.get(request.managedSystemSessionId)
    if (!session || session.keys) return undefined
    const { tag } = request
    const { consoleSessionId } = session
    const refuse = (status: number) => {
      sessions.delete(session.id)
      return encodeRakp2({ tag, status, consoleSessionId })
    }
    if ((request.role & 0x0f) > administratorPrivilege) return refuse(rakpStatus.unauthorizedRole)
    if (request.username.toString('latin1') !== knownName()) return refuse(rakpStatus.unauthorizedName)
    const exchange: RakpExchange = {
      suite: session.suite,
      consoleSessionId,
      managedSystemSessionId: session.id,
      // The datagram's memory is not ours to keep.
      consoleRandom: Buffer.from(request.consoleRandom),
      managedSystemRandom: session.exchange?.managedSystemRandom ?? randomBytes(randomLength),
      guid: options.guid,
      role: options.has('opensesspriv') ? (request.role & nameOnlyLookup) | session.askedPrivilege : request.role,
      username: Buffer.from(request.username),
      password: passwordFor(session.suite),
      kg: options.kg(),
    }
    session.exchange = exchange
    session.lastUsedMs = options.now()
    const { managedSystemRandom, guid } = exchange
    return encodeRakp2({ tag, status: rakpStatus.ok, consoleSessionId, managedSystemRandom, guid, code: toCode(rakp2Code(exchange)) })
  }

  /** Intel SE7520AF2 pads names with zeros, and cuts passwords to 16 bytes where MD5 is at work. */
  const knownName = () => (options.has('intel20') ? options.username().padEnd(maxUsernameLength, '\0') : options.username())

  function passwordFor(suite: CipherSuite): Buffer {
    const password = Buffer.from(options.password(), 'latin1')
    return options.has('intel20') && suite.hash === 'md5' ? password.subarray(0, 16) : password
  }

  /** Intel's wants neither the lookup bit nor the zeros in this one. */
  function expectedRakp3(exchange: RakpExchange): Buffer {
    if (!options.has('intel20')) return rakp3Code(exchange)
    return rakp3Code({ ...exchange, role: exchange.role & ~nameOnlyLookup, username: Buffer.from(options.username(), 'latin1') })
  }

  const toCode = (code: Buffer) => (options.has('supermicro20') ? Buffer.concat([code, Buffer.of(0)]) : code)

  function toCheckValue(exchange: RakpExchange, sik: Buffer): Buffer {
    if (exchange.suite.hash === 'none' && options.has('integritycheckvalue')) return Buffer.alloc(12, 0x5a)
    return toCode(rakp4Code(exchange, sik))
  }

  function rakp3(payload: Buffer): Buffer | undefined {
    const request = decodeRakp3(payload)
    const session = sessions.get(request.managedSystemSessionId)
    if (!session?.exchange) return undefined
    const { tag } = request
    const { consoleSessionId, exchange } = session
    if (request.status !== rakpStatus.ok) {
      sessions.delete(session.id)
      return undefined
    }
    if (!isSameCode(expectedRakp3(exchange), request.code)) {
      sessions.delete(session.id)
      return encodeRakp4({ tag, status: rakpStatus.invalidIntegrityCheck, consoleSessionId })
    }
    const sik = sessionIntegrityKey(exchange)
    if (!session.keys) created++
    session.keys = deriveSessionKeys(session.suite, sik, exchange.password)
    session.maximumPrivilege = Math.min(session.maximumPrivilege, exchange.role & 0x0f || administratorPrivilege)
    session.lastUsedMs = options.now()
    return encodeRakp4({ tag, status: rakpStatus.ok, consoleSessionId, code: toCheckValue(exchange, sik) })
  }

  return {
    openSession,
    rakp1,
    rakp3,
    find(id) {
      expire()
      const session = sessions.get(id)
      if (!session?.keys) return undefined
      session.lastUsedMs = options.now()
      return session
    },
    peek(id) {
      expire()
      const session = sessions.get(id)
      return session?.keys ? session : undefined
    },
    close: (id) => sessions.delete(id),
    forgetAll: () => sessions.clear(),
    activeCount: () => [...sessions.values()].filter((session) => session.keys).length,
    createdCount: () => created,
  }
}

const sequenceWindow = 32

/** True when a packet of this sequence number is new to the session, which then remembers it; false for a replay. */
export function acceptSequence(session: Session, sequence: number): boolean {
  const ahead = (sequence - session.highestSequence) | 0
  if (ahead > 0) {
    session.seenSequences = ahead >= sequenceWindow ? 1 : (session.seenSequences << ahead) | 1
    session.highestSequence = sequence
    return true
  }
  const behind = -ahead
  if (behind >= sequenceWindow || (session.seenSequences >>> behind) & 1) return false
  session.seenSequences |= 1 << behind
  return true
}
