import { decodeRequest, encodeResponse, type RequestMessage } from '#lib/ipmi/message.ts'
import { decodeAsf, encodeAsf, readRmcpClass } from '#lib/ipmi/rmcp.ts'
import {
  decodePacket,
  encodeLegacyPacket,
  encodePlainPacket,
  openPacket,
  payloadTypes,
  sealPacket,
  type SessionPacket,
} from '#lib/ipmi/session-packet.ts'
import { coldReset } from './app-commands.ts'
import { chassisControl } from './chassis-commands.ts'
import { answerCommand } from './command-table.ts'
import type { CommandContext } from './served-command.ts'
import { acceptSequence, type Peer, type Session, type SessionTable } from './sessions.ts'

/** What a datagram led to: at most one datagram back, and what the link's faults need to know about it. */
export interface Answer {
  datagram: Buffer
  /** It belongs to an established session. */
  isInSession: boolean
  /** It confirms a control command. */
  confirmsControl: boolean
}

/** The BMC's side of IPMI over LAN: takes a datagram, gives the answer. Throws `IpmiError` for what is not IPMI. */
export type Conversation = (datagram: Buffer, peer?: Peer) => Answer | undefined

export function createConversation(sessions: SessionTable, context: Omit<CommandContext, 'session'>): Conversation {
  return (datagram, peer) => {
    if (readRmcpClass(datagram) === 'asf') return answerPing(datagram)
    const packet = decodePacket(datagram)
    if (packet.sessionId !== 0) return answerInSession(packet, sessions, context, peer)
    const setup = answerSetup(packet, sessions)
    if (setup) return outside(setup)
    if (packet.payloadType !== payloadTypes.ipmi) return undefined
    return outside(answerOutside(packet, context))
  }
}

/** ASF's own number stands for a BMC without extensions of its maker (IPMI 2.0 §13.2.4). */
const asfEnterprise = 4542

/** Commands that do something: the reply to one can be lost by itself. */
const controls = [chassisControl, coldReset]

const outside = (datagram: Buffer): Answer => ({ datagram, isInSession: false, confirmsControl: false })

function answerPing(datagram: Buffer): Answer | undefined {
  const message = decodeAsf(datagram)
  if (message.type !== 'ping') return undefined
  return outside(encodeAsf({ type: 'pong', tag: message.tag, supportsIpmi: true, oemEnterprise: asfEnterprise }))
}

/** Session setup: Open Session, RAKP 1, RAKP 3. */
function answerSetup(packet: SessionPacket, sessions: SessionTable): Buffer | undefined {
  const reply = (payloadType: number, payload: Buffer | undefined) =>
    payload && encodePlainPacket({ payloadType, sessionId: 0, sequence: 0, payload })
  switch (packet.payloadType) {
    case payloadTypes.openSessionRequest:
      return reply(payloadTypes.openSessionResponse, sessions.openSession(packet.payload))
    case payloadTypes.rakp1:
      return reply(payloadTypes.rakp2, sessions.rakp1(packet.payload))
    case payloadTypes.rakp3:
      return reply(payloadTypes.rakp4, sessions.rakp3(packet.payload))
    default:
      return undefined
  }
}

/** A command outside any session, in either format; those that need one are refused for lack of privilege. */
function answerOutside(packet: SessionPacket, context: Omit<CommandContext, 'session'>): Buffer {
  const request = decodeRequest(packet.payload)
  const payload = respond(request, { ...context, session: undefined })
  return packet.format === 'ipmi-1.5'
    ? encodeLegacyPacket(payload)
    : encodePlainPacket({ payloadType: payloadTypes.ipmi, sessionId: 0, sequence: 0, payload })
}

/** A packet inside a session; anything unknown, unsigned or replayed is dropped without a word, as §6.12 wants. */
function answerInSession(
  packet: SessionPacket,
  sessions: SessionTable,
  context: Omit<CommandContext, 'session'>,
  peer: Peer | undefined,
): Answer | undefined {
  const session = sessions.find(packet.sessionId)
  if (!session?.keys) return undefined
  const payload = openPacket(packet, session.keys)
  if (!acceptSequence(session, packet.sequence)) return undefined
  session.peer = peer
  if (packet.payloadType === payloadTypes.sol) {
    if (session.newestSolSequence !== undefined && ((packet.sequence - session.newestSolSequence) | 0) < 0) return undefined
    session.newestSolSequence = packet.sequence
    context.sol.receive(session.id, payload)
  }
  if (packet.payloadType !== payloadTypes.ipmi) return undefined
  const request = decodeRequest(payload)
  return {
    datagram: sealInSession(session, payloadTypes.ipmi, respond(request, { ...context, session }))!,
    isInSession: true,
    confirmsControl: controls.some(({ netFn, cmd }) => request.netFn === netFn && request.cmd === cmd),
  }
}

/** A datagram of the session; undefined while it has no keys. */
export function sealInSession(session: Session, payloadType: number, payload: Buffer): Buffer | undefined {
  if (!session.keys) return undefined
  return sealPacket({ payloadType, sessionId: session.consoleSessionId, sequence: takeSequence(session), payload }, session.keys)
}

function takeSequence(session: Session): number {
  const sequence = session.nextSequence
  session.nextSequence = sequence === 0xffff_ffff ? 1 : sequence + 1
  return sequence
}

function respond(request: Required<RequestMessage>, context: CommandContext): Buffer {
  const { completionCode, data } = answerCommand(request.netFn, request.cmd, Buffer.from(request.data), context)
  const response = encodeResponse({
    netFn: request.netFn | 1,
    cmd: request.cmd,
    completionCode,
    data,
    rqSeq: request.rqSeq,
    lun: request.lun,
    responderAddress: request.responderAddress,
    requesterAddress: request.requesterAddress,
  })
  // Supermicro X9SCM-iiF computes the last checksum wrongly.
  if (context.has('nochecksumcheck')) response[response.length - 1]! ^= 0x55
  return response
}
