import { cipherSuites, deriveSessionKeys, findCipherSuite, isSameCode, isWeaker, usualSuites, type CipherSuiteId } from './cipher-suites.ts'
import {
  cipherSuiteChunkLength,
  getChannelAuthenticationCapabilities,
  getChannelCipherSuites,
  readCipherSuiteIds,
  setSessionPrivilege,
  type AuthenticationCapabilities,
} from './commands/session.ts'
import { completionError } from './completion-codes.ts'
import { IpmiError } from './errors.ts'
import type { CipherSuiteQuery, Handshake, HandshakeConfig, HandshakeStep, SecureChannel, Try } from './handshake-state.ts'
import { failureOfStatus, isSuiteRefused, roleWasRefused } from './handshake-failures.ts'
import { addTry, dropTry, findMessageTry, findSetupTry, forgetTries, rqSeqOf, type PhaseOf } from './handshake-tries.ts'
import { checksumsOf, decodeResponse, encodeRequest, type ResponseMessage } from './message.ts'
import { rakp2Code, sessionIntegrityKey, type RakpExchange } from './rakp-codes.ts'
import { credentialsOf, expectedCheckValue, isPaddedCode, makeRakp3Code, openSessionPrivilege, provesOpenSessionPrivilege, roleByte, trimCode } from './rakp-quirks.ts'
import * as rakp from './rakp.ts'
import { accept, emptyWindow, nextSequence } from './sequence.ts'
import { encodeLegacyPacket, encodePlainPacket, openPacket, payloadTypes, sealPacket, type SessionPacket } from './session-packet.ts'
import type { Workaround } from './workarounds.ts'

/** A list has at most 64 chunks (IPMI 2.0 §22.15.1); no real one has more than a dozen. */
const maxCipherSuiteChunks = 64
/** After this many silences a BMC that answers other things is taken to lack this command. */
const maxOptionalSilences = 2
/** It rarely pays to begin anew with a BMC that has let us in: the session that it holds for us stays in its table. */
const maxPrivilegeSilences = 8
/** FreeIPMI's ipmipower repeats RAKP 1 and RAKP 3 under a new tag as often as it takes (seen with 1.6.10). */
const maxRepeats = 2

/**
 * Logging in to a BMC (IPMI 2.0 §13.14) as pure steps: a state and what happened give the next state and what to send.
 *
 *   capabilities → cipher suites → open session → RAKP 1 → RAKP 3 → session privilege → established
 *
 * When the answer to RAKP 1 or RAKP 3 does not come, the message is repeated under a new tag: each new sequence takes another place in the
 * BMC's table. Not every BMC takes a repeated one (aiohmi never repeats them), so that the third silence begins a new sequence at Open
 * Session. The earlier sequence stays valid all the same, and a late answer to it is taken up: the BMC may be slow, and would never finish
 * if its answers were thrown away.
 */
export function beginHandshake(config: HandshakeConfig): HandshakeStep {
  const phase = { name: 'capabilities', asksForIpmi20: true } as const
  const state: Handshake = {
    config,
    phase,
    // Random, so that answers to an earlier login of ours are not taken for answers to this one.
    tag: config.randomBytes(1)[0]!,
    tries: [],
    privilege: config.privilege,
    lookup: 'name',
    workarounds: config.workarounds ?? new Set(),
    suites: acceptedSuites(config),
    silences: 0,
    mismatches: 0,
    garbage: 0,
    openings: 0,
  }
  if (state.suites.length === 0) return failed(downgrade(config))
  return askCapabilities(state, true)
}

const wantedSuites = ({ cipherSuites }: HandshakeConfig): readonly CipherSuiteId[] => cipherSuites ?? usualSuites

function acceptedSuites(config: HandshakeConfig): readonly CipherSuiteId[] {
  const { leastSuite } = config
  return leastSuite === undefined ? wantedSuites(config) : wantedSuites(config).filter((id) => !isWeaker(id, leastSuite))
}

/** What follows from a packet that came for this handshake's session id or address. Never throws. */
export function onHandshakePacket(state: Handshake, packet: SessionPacket): HandshakeStep {
  try {
    if (packet.payloadType !== payloadTypes.ipmi) return onSetupMessage(state, packet)
    return state.phase.name === 'privilege' ? onSessionMessage(state, state.phase, packet) : onSessionlessMessage(state, packet)
  } catch (error) {
    return { kind: 'ignore', reason: (error as Error).message }
  }
}

/** A datagram of this peer that was no packet at all. */
export function onHandshakeGarbage(state: Handshake): Handshake {
  return { ...state, garbage: state.garbage + 1 }
}

/** What to send when no answer came in time. */
export function onHandshakeSilence(state: Handshake): HandshakeStep {
  const silent = { ...state, silences: state.silences + 1 }
  const { phase } = silent
  switch (phase.name) {
    case 'capabilities':
      return askCapabilities(silent, phase.asksForIpmi20)
    case 'cipher-suites':
      // ipmitool and aiohmi go on as well: a BMC may not know the command.
      if (silent.silences >= maxOptionalSilences) return openSession(forgetTries(silent))
      return askCipherSuites(silent, { ...phase, format: phase.format === 'rmcp-plus' ? 'ipmi-1.5' : 'rmcp-plus' })
    case 'privilege':
      return silent.silences >= maxPrivilegeSilences ? openSession(forgetTries(silent)) : askPrivilege(silent, phase)
    case 'rakp-1':
      return phase.repeats < maxRepeats ? repeatRakp1(silent, phase) : openSession(silent)
    case 'rakp-3':
      return phase.repeats < maxRepeats ? sendRakp3(silent, { ...phase, repeats: phase.repeats + 1 }) : openSession(silent)
    default:
      return openSession(silent)
  }
}

function onSetupMessage(state: Handshake, packet: SessionPacket): HandshakeStep {
  if (packet.sessionId !== 0) throw new IpmiError('malformed', 'not a setup message')
  // A copy: the datagram's memory belongs to the socket, and what RAKP 2 says is kept.
  const payload = Buffer.from(packet.payload)
  switch (packet.payloadType) {
    case payloadTypes.openSessionResponse: {
      const answer = rakp.decodeOpenSessionResponse(payload)
      const asked = findSetupTry(state, 'open-session', answer)
      return answering(asked, onOpenSession(state, asked, answer))
    }
    case payloadTypes.rakp2: {
      const answer = rakp.decodeRakp2(payload)
      const asked = findSetupTry(state, 'rakp-1', answer)
      return answering(asked, onRakp2(state, asked, answer))
    }
    case payloadTypes.rakp4: {
      const answer = rakp.decodeRakp4(payload)
      const asked = findSetupTry(state, 'rakp-3', answer)
      return answering(asked, onRakp4(state, asked, answer))
    }
    default:
      throw new IpmiError('malformed', 'not an answer of session setup')
  }
}

function onSessionlessMessage(state: Handshake, packet: SessionPacket): HandshakeStep {
  if (packet.sessionId !== 0) throw new IpmiError('malformed', 'not a message outside a session')
  const message = decodeResponse(packet.payload, state.workarounds.has('nochecksumcheck') ? 'ignore' : 'check')
  const asked = findMessageTry(state, message)
  if (asked.phase.name === 'capabilities') return answering(asked, onCapabilities(state, asked.phase, message))
  if (asked.phase.name === 'cipher-suites') return answering(asked, onCipherSuites(state, { ...asked.phase, format: packet.format }, message))
  throw new IpmiError('malformed', 'not the answer to a question outside a session')
}

function answering(asked: Try, step: HandshakeStep): HandshakeStep {
  return step.kind === 'send' || step.kind === 'established' ? { ...step, answers: asked.tag } : step
}

function failed(error: IpmiError): HandshakeStep {
  return { kind: 'failed', error }
}

/** An answer that refuses an earlier sequence for which the BMC has no place any more says nothing about the newer ones. */
function isOutdated(state: Handshake, asked: Try, status: number): boolean {
  return asked.tag !== state.tag && (status === rakp.rakpStatus.invalidSessionId || status === rakp.rakpStatus.inactiveSessionId)
}

// Before the session

function askCapabilities(state: Handshake, asksForIpmi20: boolean): HandshakeStep {
  const next = addTry(state, { name: 'capabilities', asksForIpmi20 })
  const data = getChannelAuthenticationCapabilities.encode({ asksForIpmi20, privilege: state.privilege })
  const message = encodeRequest({ ...idOf(getChannelAuthenticationCapabilities), rqSeq: rqSeqOf(next), data })
  return { kind: 'send', state: next, datagram: encodeLegacyPacket(message) }
}

function onCapabilities(state: Handshake, phase: { readonly asksForIpmi20: boolean }, message: ResponseMessage): HandshakeStep {
  if (message.completionCode !== 0 && phase.asksForIpmi20) return askCapabilities(forgetTries(state), false)
  // The bits are often wrong, and the command may be refused: Open Session tells what is true.
  const capabilities = message.completionCode === 0 ? readCapabilities(message) : undefined
  const next = { ...forgetTries(state), capabilities }
  // What is left to choose from is settled: the list would change nothing.
  const isSettled = state.config.cipherSuites !== undefined || state.suites.length === 1
  return isSettled ? openSession(next) : askCipherSuites(next, { index: 0, records: Buffer.alloc(0), format: 'rmcp-plus' })
}

function readCapabilities(message: ResponseMessage): AuthenticationCapabilities | undefined {
  return message.data.length < 4 ? undefined : getChannelAuthenticationCapabilities.decode(Buffer.from(message.data))
}

function askCipherSuites(state: Handshake, query: CipherSuiteQuery): HandshakeStep {
  const next = addTry(state, { name: 'cipher-suites', ...query })
  const data = getChannelCipherSuites.encode({ index: query.index })
  const payload = encodeRequest({ ...idOf(getChannelCipherSuites), rqSeq: rqSeqOf(next), data })
  // Most BMCs want RMCP+ here, as ipmitool sends it; OpenIPMI answers only the older format.
  if (query.format === 'ipmi-1.5') return { kind: 'send', state: next, datagram: encodeLegacyPacket(payload) }
  return sendPlain(next, payloadTypes.ipmi, payload)
}

function onCipherSuites(state: Handshake, query: CipherSuiteQuery, message: ResponseMessage): HandshakeStep {
  const chunk = message.completionCode === 0 ? Buffer.from(message.data.subarray(1, 1 + cipherSuiteChunkLength)) : Buffer.alloc(0)
  const records = Buffer.concat([query.records, chunk])
  const offered = readCipherSuiteIds(records)
  const isBestKnown = offered.includes(usualSuites[0]!)
  const isLast = chunk.length < cipherSuiteChunkLength || query.index + 1 >= maxCipherSuiteChunks
  if (!isLast && !isBestKnown) return askCipherSuites(forgetTries(state), { ...query, index: query.index + 1, records })
  // An error or an empty list says nothing: try the suites themselves.
  if (offered.length === 0) return openSession(forgetTries(state))
  const suites = state.suites.filter((id) => offered.includes(id))
  if (suites.length === 0) return failed(noSuite({ ...state, offered }))
  return openSession({ ...forgetTries(state), offered, suites: isLast ? suites : state.suites })
}

/** Why none of the suites is left: because of what the BMC has done before, or because we have none in common. */
function noSuite({ config, offered }: Handshake): IpmiError {
  const wanted = wantedSuites(config)
  const isLetDown = config.leastSuite !== undefined && (offered === undefined || wanted.some((id) => offered.includes(id)))
  if (isLetDown) return downgrade(config, offered)
  return new IpmiError('no-cipher-suite', `no common cipher suite: the BMC offers ${offered?.join(', ') ?? 'none of them'}, we speak ${wanted.join(' and ')}`)
}

function downgrade({ leastSuite }: HandshakeConfig, offered?: readonly number[]): IpmiError {
  const now = offered === undefined ? 'refuses it now' : `now offers ${offered.join(', ')}`
  return new IpmiError('downgrade', `the BMC has done cipher suite ${leastSuite} before and ${now}: no login with a weaker one`)
}

// Session setup

function openSession(state: Handshake): HandshakeStep {
  const suite = cipherSuites[state.suites[0]!]
  const next = addTry({ ...state, openings: state.openings + 1 }, { name: 'open-session' })
  const privilege = openSessionPrivilege(state.privilege, state.workarounds)
  const message = { ...suite, tag: next.tag, privilege, consoleSessionId: state.config.consoleSessionId }
  return sendPlain(next, payloadTypes.openSessionRequest, rakp.encodeOpenSessionRequest(message))
}

function onOpenSession(state: Handshake, asked: Try, answer: rakp.OpenSessionResponse | rakp.Refusal): HandshakeStep {
  if (!rakp.isAccepted<rakp.OpenSessionResponse>(answer)) return onOpenSessionRefused(state, asked, answer.status)
  if (findCipherSuite(answer)?.id !== state.suites[0]) {
    return failed(new IpmiError('protocol', `Open Session: the BMC answered with another cipher suite than ${state.suites[0]}`))
  }
  if (answer.managedSystemSessionId === 0) return failed(new IpmiError('protocol', 'Open Session: the BMC gave session id 0'))
  return beginRakp({ ...state, silences: 0, refusal: undefined }, answer)
}

function onOpenSessionRefused(state: Handshake, asked: Try, status: number): HandshakeStep {
  const isFull = status === rakp.rakpStatus.insufficientResources
  const refusal = failureOfStatus('Open Session', status)
  if (isFull && state.openings > 1) return onFullTable({ ...dropTry(state, asked), refusal })
  const others = state.suites.slice(1)
  // Intel M50CYP reports "insufficient resources" (01h) for a suite that is switched off.
  if ((isSuiteRefused(status) || isFull) && others.length > 0) return openSession({ ...forgetTries(state), openings: 0, suites: others })
  if (isSuiteRefused(status) && (state.offered ?? state.config.leastSuite) !== undefined) return failed(noSuite(state))
  return failed(refusal)
}

/** The BMC's table is full of our own tries, whose packets got lost. One of them that was answered has a place. */
function onFullTable(state: Handshake): HandshakeStep {
  const placed = state.tries.findLast((one): one is Try<PhaseOf<'rakp-1'>> => one.phase.name === 'rakp-1')
  return placed ? repeatRakp1(state, placed.phase) : { kind: 'wait', state }
}

function beginRakp(state: Handshake, { managedSystemSessionId, privilege }: rakp.OpenSessionResponse): HandshakeStep {
  const consoleRandom = state.config.randomBytes(rakp.randomLength)
  return sendRakp1(state, { name: 'rakp-1', managedSystemSessionId, consoleRandom, grantedPrivilege: privilege & 0x0f, repeats: 0 })
}

/** What was asked there before is forgotten, so that no RAKP 3 can rest on a random number that the BMC has replaced. */
function repeatRakp1(state: Handshake, phase: PhaseOf<'rakp-1'>): HandshakeStep {
  const { managedSystemSessionId: id, repeats } = phase
  const tries = state.tries.filter((one) => one.phase.name !== 'rakp-1' || one.phase.managedSystemSessionId !== id)
  return sendRakp1({ ...state, tries }, { ...phase, repeats: repeats + 1 })
}

function sendRakp1(state: Handshake, phase: PhaseOf<'rakp-1'>): HandshakeStep {
  const next = addTry(state, phase)
  const { managedSystemSessionId, consoleRandom } = phase
  const { username, role } = identityOf(state)
  return sendPlain(next, payloadTypes.rakp1, rakp.encodeRakp1({ tag: next.tag, managedSystemSessionId, consoleRandom, role, username }))
}

/** Who we say we are, in the form that this BMC wants. */
function identityOf({ config, suites, privilege, lookup, workarounds }: Handshake): Pick<RakpExchange, 'suite' | 'role' | 'username' | 'password'> {
  const suite = cipherSuites[suites[0]!]
  return { suite, role: roleByte(privilege, lookup), ...credentialsOf(config, suite.hash, workarounds) }
}

function onRakp2(state: Handshake, asked: Try<PhaseOf<'rakp-1'>>, answer: rakp.Rakp2 | rakp.Refusal): HandshakeStep {
  if (!rakp.isAccepted<rakp.Rakp2>(answer)) {
    if (isOutdated(state, asked, answer.status)) return { kind: 'wait', state: dropTry(state, asked) }
    if (roleWasRefused(answer.status)) return askAsAnother(state, answer.status)
    // It may be the repeating that this BMC refuses.
    return asked.phase.repeats > 0 ? openSession(dropTry(state, asked)) : failed(failureOfStatus('RAKP 2', answer.status))
  }
  const { kg, consoleSessionId } = state.config
  const { managedSystemSessionId, consoleRandom, grantedPrivilege } = asked.phase
  const { managedSystemRandom, guid } = answer
  const exchange: RakpExchange = { ...identityOf(state), consoleSessionId, managedSystemSessionId, consoleRandom, managedSystemRandom, guid, kg }
  const expected = rakp2Code(exchange)
  const code = trimCode(answer.code, expected.length, state.workarounds)
  if (!isSameCode(expected, code)) {
    const asksAnew = !state.workarounds.has('opensesspriv') && provesOpenSessionPrivilege(exchange, code, [0, grantedPrivilege])
    if (asksAnew) return openSession(withWorkaround(forgetTries(state), 'opensesspriv'))
    const reason = isPaddedCode(expected, code) ? 'its code has a byte too many; the workaround supermicro20 takes it' : 'its code does not match'
    return onMismatch(state, `RAKP 2: wrong password (${reason})`)
  }
  return sendRakp3({ ...state, silences: 0 }, { name: 'rakp-3', exchange, sik: sessionIntegrityKey(exchange), repeats: 0 })
}

function sendRakp3(state: Handshake, phase: PhaseOf<'rakp-3'>): HandshakeStep {
  const next = addTry(state, phase)
  const { managedSystemSessionId } = phase.exchange
  const message = { tag: next.tag, status: 0, managedSystemSessionId, code: makeRakp3Code(phase.exchange, state.config.username, state.workarounds) }
  return sendPlain(next, payloadTypes.rakp3, rakp.encodeRakp3(message))
}

const withWorkaround = (state: Handshake, found: Workaround): Handshake => ({ ...state, workarounds: new Set([...state.workarounds, found]) })

/**
 * Some BMCs call a user unknown who only may not be administrator, and some find a user only by name and role together. Nothing that is
 * made of the password is sent by asking.
 */
function askAsAnother(state: Handshake, status: number): HandshakeStep {
  if (state.privilege === 'administrator') return openSession({ ...forgetTries(state), privilege: 'operator' })
  if (state.lookup === 'name') return openSession({ ...forgetTries(state), privilege: state.config.privilege, lookup: 'name-and-role' })
  return failed(failureOfStatus('RAKP 2', status))
}

function onRakp4(state: Handshake, asked: Try<PhaseOf<'rakp-3'>>, answer: rakp.Rakp4 | rakp.Refusal): HandshakeStep {
  if (!rakp.isAccepted<rakp.Rakp4>(answer)) {
    if (isOutdated(state, asked, answer.status)) return { kind: 'wait', state: dropTry(state, asked) }
    // The first one may have been right, its answer lost, and the BMC take no second.
    if (asked.phase.repeats > 0) return openSession(forgetTries(state))
    return failed(failureOfStatus('RAKP 4', answer.status))
  }
  const { exchange, sik } = asked.phase
  const { suite, password } = exchange
  const expected = expectedCheckValue(exchange, sik, state.workarounds)
  // RAKP-none proves nothing, so nothing is lost by passing over a value that some BMCs send all the same (Supermicro X8DTU, Intel S2600JF).
  const isSuperfluous = suite.hash === 'none' && answer.code.length > 0
  if (!isSuperfluous && !isSameCode(expected, trimCode(answer.code, expected.length, state.workarounds))) {
    if (state.capabilities?.requiresKg !== true) return onMismatch(state, 'RAKP 4: wrong key (its code does not match)')
    if (exchange.kg !== undefined) return onMismatch(state, 'RAKP 4: wrong key (the BMC has a key K_G and ours is another)')
    // Explained, so that no second try is worth what it costs: with RAKP 4 the session is active there, and to close it takes keys made of K_G.
    return failed(new IpmiError('wrong-password', 'RAKP 4: wrong key (the BMC has a key K_G and we have none)'))
  }
  const keys = deriveSessionKeys(suite, sik, password)
  const channel = { keys, managedSystemSessionId: exchange.managedSystemSessionId, sequence: 0, window: emptyWindow }
  return askPrivilege(forgetTries(isSuperfluous ? withWorkaround(state, 'integritycheckvalue') : state), channel)
}

/**
 * A wrong code is a wrong password, or a packet that the BMC spoilt: one fresh sequence tells. It costs a round trip or
 * two, and it cannot lock an account: BMCs count a failed login at RAKP 3, which either was not sent (after a bad RAKP 2
 * we stop, so that the BMC never learns whether we knew the password) or was right (the BMC answered it with RAKP 4).
 * From a BMC that sends garbage besides, a second wrong code proves nothing about the password either.
 */
function onMismatch(state: Handshake, text: string): HandshakeStep {
  if (state.mismatches === 0) return openSession({ ...forgetTries(state), mismatches: 1 })
  if (state.garbage > 0) return failed(new IpmiError('malformed', `${text}, and other answers are garbled`))
  return failed(new IpmiError('wrong-password', text))
}

function sendPlain(state: Handshake, payloadType: number, payload: Buffer): HandshakeStep {
  return { kind: 'send', state, datagram: encodePlainPacket({ payloadType, sessionId: 0, sequence: 0, payload }) }
}

// Inside the session

function askPrivilege(state: Handshake, channel: SecureChannel): HandshakeStep {
  const { keys, managedSystemSessionId, window } = channel
  const sequence = nextSequence(channel.sequence)
  const next = addTry(state, { name: 'privilege', keys, managedSystemSessionId, window, sequence })
  const data = setSessionPrivilege.encode({ privilege: state.privilege })
  const payload = encodeRequest({ ...idOf(setSessionPrivilege), rqSeq: rqSeqOf(next), data })
  const packet = { payloadType: payloadTypes.ipmi, sessionId: managedSystemSessionId, sequence, payload }
  return { kind: 'send', state: next, datagram: sealPacket(packet, keys) }
}

/** `phase` is the newest try's: its sequence number is the last one used, whichever try was answered. */
function onSessionMessage(state: Handshake, phase: PhaseOf<'privilege'>, packet: SessionPacket): HandshakeStep {
  if (packet.sessionId !== state.config.consoleSessionId) throw new IpmiError('malformed', 'a packet of another session')
  const payload = openPacket(packet, phase.keys)
  const window = accept(phase.window, packet.sequence)
  if (!window) throw new IpmiError('malformed', 'a replayed packet')
  const message = decodeResponse(payload, checksumsOf(phase.keys.suite, state.workarounds))
  const asked = findMessageTry(state, message)
  if (isPrivilegeRefused(message.completionCode) && state.privilege === 'administrator') {
    return answering(asked, askPrivilege({ ...forgetTries(state), privilege: 'operator' }, { ...phase, window }))
  }
  if (message.completionCode !== 0) return failed(completionError(setSessionPrivilege, message.completionCode))
  const { keys, managedSystemSessionId, sequence } = phase
  const { capabilities, config, workarounds } = state
  const privilege = grantedPrivilege(message) ?? state.privilege
  const rqSeq = rqSeqOf(state)
  const session = { keys, managedSystemSessionId, sequence, window, privilege, rqSeq, workarounds, capabilities, consoleSessionId: config.consoleSessionId }
  return answering(asked, { kind: 'established', session })
}

/** Some BMCs say yes to more than they grant; undefined where the answer names no privilege that we know. */
function grantedPrivilege({ data }: ResponseMessage): rakp.Privilege | undefined {
  const level = data[0] === undefined ? undefined : data[0] & 0x0f
  return (Object.keys(rakp.privilegeLevels) as rakp.Privilege[]).find((one) => rakp.privilegeLevels[one] === level)
}

const isPrivilegeRefused = (completionCode: number) => completionCode === 0x80 || completionCode === 0x81

function idOf(command: { readonly netFn: number; readonly cmd: number }): { readonly netFn: number; readonly cmd: number } {
  return { netFn: command.netFn, cmd: command.cmd }
}
