import { cipherSuites, deriveSessionKeys, findCipherSuite, isSameCode, type CipherSuiteId } from './cipher-suites.ts'
import type { Command } from './command.ts'
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
import type { CipherSuiteQuery, Handshake, HandshakeConfig, HandshakeStep, Phase, SecureChannel } from './handshake-state.ts'
import { failureOfStatus, isSuiteRefused, roleWasRefused } from './handshake-failures.ts'
import { decodeResponse, encodeRequest, type ResponseMessage } from './message.ts'
import { rakp2Code, rakp3Code, rakp4Code, sessionIntegrityKey, type RakpExchange } from './rakp-codes.ts'
import * as rakp from './rakp.ts'
import { accept, emptyWindow, nextSequence } from './sequence.ts'
import { encodeLegacyPacket, encodePlainPacket, openPacket, payloadTypes, sealPacket, type SessionPacket } from './session-packet.ts'

type PhaseOf<Name extends Phase['name']> = Extract<Phase, { readonly name: Name }>

const preference: readonly CipherSuiteId[] = [17, 3]
/** A list has at most 64 chunks (IPMI 2.0 §22.15.1); no real one has more than a dozen. */
const maxCipherSuiteChunks = 64
/** After this many silences a BMC that answers other things is taken to lack this command. */
const maxOptionalSilences = 2
const maxPrivilegeSilences = 5

/**
 * Logging in to a BMC (IPMI 2.0 §13.14) as pure steps: a state and what happened give the next state and what to send.
 *
 *   capabilities → cipher suites → open session → RAKP 1 → RAKP 3 → session privilege → established
 *
 * A lost packet up to RAKP 4 restarts at Open Session: the messages in between cannot be repeated one by one.
 */
export function beginHandshake(config: HandshakeConfig): HandshakeStep {
  const state: Handshake = {
    config,
    phase: { name: 'capabilities', asksForIpmi20: true },
    tag: 0,
    rqSeq: config.randomBytes(1)[0]! & 0x3f,
    privilege: config.privilege,
    suites: config.cipherSuites ?? preference,
    silences: 0,
  }
  return askCapabilities(state, true)
}

/** What follows from a packet that came for this handshake's session id or address. Never throws. */
export function onHandshakePacket(state: Handshake, packet: SessionPacket): HandshakeStep {
  try {
    const answer = readAnswer(state, packet)
    return typeof answer === 'string' ? { kind: 'ignore', reason: answer } : answer
  } catch (error) {
    return { kind: 'ignore', reason: (error as Error).message }
  }
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
      if (silent.silences >= maxOptionalSilences) return openSession(fresh(silent))
      return askCipherSuites(silent, { ...phase, format: phase.format === 'rmcp-plus' ? 'ipmi-1.5' : 'rmcp-plus' })
    case 'privilege':
      return silent.silences >= maxPrivilegeSilences ? openSession(fresh(silent)) : askPrivilege(silent, phase)
    default:
      return openSession(silent)
  }
}

function readAnswer(state: Handshake, packet: SessionPacket): HandshakeStep | string {
  const { phase } = state
  switch (phase.name) {
    case 'capabilities':
      return onCapabilities(state, phase, readSessionless(state, packet, getChannelAuthenticationCapabilities))
    case 'cipher-suites':
      return onCipherSuites(state, phase, readSessionless(state, packet, getChannelCipherSuites))
    case 'open-session':
      return onOpenSession(state, rakp.decodeOpenSessionResponse(setupPayload(packet, payloadTypes.openSessionResponse)))
    case 'rakp-1':
      return onRakp2(state, phase, rakp.decodeRakp2(setupPayload(packet, payloadTypes.rakp2)))
    case 'rakp-3':
      return onRakp4(state, phase, rakp.decodeRakp4(setupPayload(packet, payloadTypes.rakp4)))
    case 'privilege':
      return onPrivilege(state, phase, packet)
  }
}

function setupPayload(packet: SessionPacket, payloadType: number): Buffer {
  if (packet.payloadType !== payloadType || packet.sessionId !== 0) throw new IpmiError('malformed', 'not the awaited setup message')
  // A copy: the datagram's memory belongs to the socket, and what RAKP 2 says is kept.
  return Buffer.from(packet.payload)
}

/** Why a setup message is not ours, or undefined. OpenIPMI's short refusals have neither tag nor session id. */
function whyForeign(state: Handshake, answer: rakp.Refusal): string | undefined {
  const isBare = answer.status !== rakp.rakpStatus.ok && answer.consoleSessionId === 0
  if (isBare) return answer.tag === state.tag || answer.tag === 0 ? undefined : 'an answer to an earlier message'
  if (answer.tag !== state.tag) return 'an answer to an earlier message'
  if (answer.consoleSessionId !== state.config.consoleSessionId) return 'an answer for another session'
  return undefined
}

function fresh(state: Handshake): Handshake {
  return { ...state, silences: 0 }
}

function failed(error: IpmiError): HandshakeStep {
  return { kind: 'failed', error }
}

function readSessionless<Request, Response>(state: Handshake, packet: SessionPacket, command: Command<Request, Response>): ResponseMessage {
  if (packet.sessionId !== 0 || packet.payloadType !== payloadTypes.ipmi) throw new IpmiError('malformed', 'not a message outside a session')
  return checkResponse(state, decodeResponse(packet.payload), command)
}

function checkResponse<Request, Response>(state: Handshake, message: ResponseMessage, command: Command<Request, Response>): ResponseMessage {
  if (message.netFn !== command.netFn + 1 || message.cmd !== command.cmd || message.rqSeq !== state.rqSeq) {
    throw new IpmiError('malformed', `not the answer to ${command.name}`)
  }
  return message
}

// Before the session

function askCapabilities(state: Handshake, asksForIpmi20: boolean): HandshakeStep {
  const next = { ...state, phase: { name: 'capabilities', asksForIpmi20 } as const, rqSeq: (state.rqSeq + 1) & 0x3f }
  const data = getChannelAuthenticationCapabilities.encode({ asksForIpmi20, privilege: state.privilege })
  const message = encodeRequest({ ...idOf(getChannelAuthenticationCapabilities), rqSeq: next.rqSeq, data })
  return { kind: 'send', state: next, datagram: encodeLegacyPacket(message) }
}

function onCapabilities(state: Handshake, phase: { readonly asksForIpmi20: boolean }, message: ResponseMessage): HandshakeStep {
  if (message.completionCode !== 0 && phase.asksForIpmi20) return askCapabilities(fresh(state), false)
  // The bits are often wrong, and the command may be refused: Open Session tells what is true.
  const capabilities = message.completionCode === 0 ? readCapabilities(message) : undefined
  const next = { ...fresh(state), capabilities }
  return state.config.cipherSuites ? openSession(next) : askCipherSuites(next, { index: 0, records: Buffer.alloc(0), format: 'rmcp-plus' })
}

function readCapabilities(message: ResponseMessage): AuthenticationCapabilities | undefined {
  return message.data.length < 4 ? undefined : getChannelAuthenticationCapabilities.decode(Buffer.from(message.data))
}

function askCipherSuites(state: Handshake, query: CipherSuiteQuery): HandshakeStep {
  const next = { ...state, phase: { name: 'cipher-suites', ...query } as const, rqSeq: (state.rqSeq + 1) & 0x3f }
  const data = getChannelCipherSuites.encode({ index: query.index })
  const payload = encodeRequest({ ...idOf(getChannelCipherSuites), rqSeq: next.rqSeq, data })
  // Most BMCs want RMCP+ here, as ipmitool sends it; OpenIPMI answers only the older format.
  if (query.format === 'ipmi-1.5') return { kind: 'send', state: next, datagram: encodeLegacyPacket(payload) }
  return sendPlain(next, payloadTypes.ipmi, payload)
}

function onCipherSuites(state: Handshake, query: CipherSuiteQuery, message: ResponseMessage): HandshakeStep {
  const chunk = message.completionCode === 0 ? Buffer.from(message.data.subarray(1, 1 + cipherSuiteChunkLength)) : Buffer.alloc(0)
  const records = Buffer.concat([query.records, chunk])
  const offered = readCipherSuiteIds(records)
  const isBestKnown = offered.includes(preference[0]!)
  const isLast = chunk.length < cipherSuiteChunkLength || query.index + 1 >= maxCipherSuiteChunks
  if (!isLast && !isBestKnown) return askCipherSuites(fresh(state), { ...query, index: query.index + 1, records })
  // An error or an empty list says nothing: try the suites themselves.
  if (offered.length === 0) return openSession(fresh(state))
  const suites = preference.filter((id) => offered.includes(id))
  if (suites.length === 0) return failed(noCommonSuite(offered))
  return openSession({ ...fresh(state), offered, suites: isLast ? suites : preference })
}

function noCommonSuite(offered: readonly number[]): IpmiError {
  return new IpmiError('no-cipher-suite', `no common cipher suite: the BMC offers ${offered.join(', ')}, we speak 17 and 3`)
}

// Session setup

function openSession(state: Handshake): HandshakeStep {
  const suite = cipherSuites[state.suites[0]!]
  const next = advance(state, { name: 'open-session' })
  // Privilege 0: the highest there is; the role of RAKP 1 decides (what ipmitool and aiohmi do).
  const message = { ...suite, tag: next.tag, privilege: 0, consoleSessionId: state.config.consoleSessionId }
  return sendPlain(next, payloadTypes.openSessionRequest, rakp.encodeOpenSessionRequest(message))
}

function onOpenSession(state: Handshake, answer: rakp.OpenSessionResponse | rakp.Refusal): HandshakeStep | string {
  const foreign = whyForeign(state, answer)
  if (foreign) return foreign
  if (!rakp.isAccepted<rakp.OpenSessionResponse>(answer)) return onOpenSessionRefused(state, answer.status)
  if (findCipherSuite(answer)?.id !== state.suites[0]) {
    return failed(new IpmiError('protocol', `Open Session: the BMC answered with another cipher suite than ${state.suites[0]}`))
  }
  if (answer.managedSystemSessionId === 0) return failed(new IpmiError('protocol', 'Open Session: the BMC gave session id 0'))
  return sendRakp1(fresh(state), answer.managedSystemSessionId)
}

function onOpenSessionRefused(state: Handshake, status: number): HandshakeStep {
  const others = state.suites.slice(1)
  // Intel M50CYP reports "insufficient resources" (01h) for a suite that is switched off.
  const mayBeSuite = isSuiteRefused(status) || status === rakp.rakpStatus.insufficientResources
  if (mayBeSuite && others.length > 0) return openSession({ ...fresh(state), suites: others })
  if (isSuiteRefused(status) && state.offered) return failed(noCommonSuite(state.offered))
  return failed(failureOfStatus('Open Session', status))
}

function sendRakp1(state: Handshake, managedSystemSessionId: number): HandshakeStep {
  const consoleRandom = state.config.randomBytes(rakp.randomLength)
  const next = advance(state, { name: 'rakp-1', managedSystemSessionId, consoleRandom })
  const { username } = state.config
  const message = { tag: next.tag, managedSystemSessionId, consoleRandom, role: rakp.roleByte(state.privilege), username }
  return sendPlain(next, payloadTypes.rakp1, rakp.encodeRakp1(message))
}

function onRakp2(state: Handshake, phase: PhaseOf<'rakp-1'>, answer: rakp.Rakp2 | rakp.Refusal): HandshakeStep | string {
  const foreign = whyForeign(state, answer)
  if (foreign) return foreign
  if (!rakp.isAccepted<rakp.Rakp2>(answer)) {
    // Some BMCs call a user unknown who only may not be administrator.
    if (roleWasRefused(answer.status) && state.privilege === 'administrator') return openSession({ ...fresh(state), privilege: 'operator' })
    return failed(failureOfStatus('RAKP 2', answer.status))
  }
  const { username, password, kg, consoleSessionId } = state.config
  const exchange: RakpExchange = {
    suite: cipherSuites[state.suites[0]!],
    consoleSessionId,
    managedSystemSessionId: phase.managedSystemSessionId,
    consoleRandom: phase.consoleRandom,
    managedSystemRandom: answer.managedSystemRandom,
    guid: answer.guid,
    role: rakp.roleByte(state.privilege),
    username,
    password,
    kg,
  }
  if (!isSameCode(rakp2Code(exchange), answer.code)) {
    return failed(new IpmiError('wrong-password', 'RAKP 2: wrong password (its code does not match)'))
  }
  const next = advance(fresh(state), { name: 'rakp-3', exchange, sik: sessionIntegrityKey(exchange) })
  const message = { tag: next.tag, status: 0, managedSystemSessionId: phase.managedSystemSessionId, code: rakp3Code(exchange) }
  return sendPlain(next, payloadTypes.rakp3, rakp.encodeRakp3(message))
}

function onRakp4(state: Handshake, phase: PhaseOf<'rakp-3'>, answer: rakp.Rakp4 | rakp.Refusal): HandshakeStep | string {
  const foreign = whyForeign(state, answer)
  if (foreign) return foreign
  if (!rakp.isAccepted<rakp.Rakp4>(answer)) return failed(failureOfStatus('RAKP 4', answer.status))
  const { exchange, sik } = phase
  if (!isSameCode(rakp4Code(exchange, sik), answer.code)) {
    const reason = state.capabilities?.requiresKg ? 'the BMC has a key K_G and ours is another' : 'its code does not match'
    return failed(new IpmiError('wrong-password', `RAKP 4: wrong key (${reason})`))
  }
  const keys = deriveSessionKeys(exchange.suite, sik)
  const channel = { keys, managedSystemSessionId: exchange.managedSystemSessionId, sequence: 0, window: emptyWindow }
  return askPrivilege(fresh(state), channel)
}

function advance(state: Handshake, phase: Phase): Handshake {
  return { ...state, phase, tag: (state.tag + 1) & 0xff || 1 }
}

function sendPlain(state: Handshake, payloadType: number, payload: Buffer): HandshakeStep {
  return { kind: 'send', state, datagram: encodePlainPacket({ payloadType, sessionId: 0, sequence: 0, payload }) }
}

// Inside the session

function askPrivilege(state: Handshake, channel: SecureChannel): HandshakeStep {
  const { keys, managedSystemSessionId, window } = channel
  const sequence = nextSequence(channel.sequence)
  const phase = { name: 'privilege', keys, managedSystemSessionId, window, sequence } as const
  const next = { ...state, phase, rqSeq: (state.rqSeq + 1) & 0x3f }
  const data = setSessionPrivilege.encode({ privilege: state.privilege })
  const payload = encodeRequest({ ...idOf(setSessionPrivilege), rqSeq: next.rqSeq, data })
  const packet = { payloadType: payloadTypes.ipmi, sessionId: managedSystemSessionId, sequence, payload }
  return { kind: 'send', state: next, datagram: sealPacket(packet, keys) }
}

function onPrivilege(state: Handshake, phase: PhaseOf<'privilege'>, packet: SessionPacket): HandshakeStep | string {
  if (packet.sessionId !== state.config.consoleSessionId) return 'a packet of another session'
  const payload = openPacket(packet, phase.keys)
  const window = accept(phase.window, packet.sequence)
  if (!window) return 'a replayed packet'
  if (packet.payloadType !== payloadTypes.ipmi) return 'not an IPMI message'
  const message = checkResponse(state, decodeResponse(payload, 'ignore'), setSessionPrivilege)
  if (isPrivilegeRefused(message.completionCode) && state.privilege === 'administrator') {
    return askPrivilege({ ...fresh(state), privilege: 'operator' }, { ...phase, window })
  }
  if (message.completionCode !== 0) return failed(completionError(setSessionPrivilege, message.completionCode))
  const { keys, managedSystemSessionId, sequence } = phase
  const { privilege, rqSeq, capabilities, config } = state
  const session = { keys, managedSystemSessionId, sequence, window, privilege, rqSeq, capabilities, consoleSessionId: config.consoleSessionId }
  return { kind: 'established', session }
}

const isPrivilegeRefused = (completionCode: number) => completionCode === 0x80 || completionCode === 0x81

function idOf(command: { readonly netFn: number; readonly cmd: number }): { readonly netFn: number; readonly cmd: number } {
  return { netFn: command.netFn, cmd: command.cmd }
}
