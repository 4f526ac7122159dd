import { decryptPayload, encryptPayload, integrityCode, isSameCode, type CipherSuite, type SessionKeys } from './cipher-suites.ts'
import { IpmiError, requireLength } from './errors.ts'
import { readRmcpClass, rmcpHeaderLength, writeRmcpHeader } from './rmcp.ts'

/** Payload types (IPMI 2.0 table 13-16). */
export const payloadTypes = {
  ipmi: 0x00,
  sol: 0x01,
  openSessionRequest: 0x10,
  openSessionResponse: 0x11,
  rakp1: 0x12,
  rakp2: 0x13,
  rakp3: 0x14,
  rakp4: 0x15,
} as const

/** A datagram of the IPMI class, taken apart but not yet believed: see `openPacket`. */
export type SessionPacket = {
  /** `ipmi-1.5` without authentication carries the commands before a session; `rmcp-plus` everything else. */
  readonly format: 'ipmi-1.5' | 'rmcp-plus'
  readonly payloadType: number
  readonly encrypted: boolean
  readonly authenticated: boolean
  readonly sessionId: number
  readonly sequence: number
  /** As on the wire: encrypted when `encrypted`. */
  readonly payload: Buffer
  /** The whole datagram, for the integrity check. */
  readonly datagram: Buffer
}

export type OutgoingPacket = {
  readonly payloadType: number
  /** The receiver's session id; 0 outside a session. */
  readonly sessionId: number
  readonly sequence: number
  readonly payload: Uint8Array
}

const authTypes = { none: 0x00, rmcpPlus: 0x06 } as const
/** RMCP, authentication type, payload type, session id, sequence, payload length (IPMI 2.0 table 13-8). */
const plusHeaderLength = rmcpHeaderLength + 12
/** RMCP, authentication type, sequence, session id, payload length. */
const legacyHeaderLength = rmcpHeaderLength + 10
const encryptedBit = 0x80
const authenticatedBit = 0x40
const payloadTypeMask = 0x3f
/** The "next header" byte that closes the trailer; 07h since RMCP's class is IPMI. */
const nextHeader = 0x07
const padByte = 0xff

/** An IPMI 1.5 packet without authentication: for Get Channel Authentication Capabilities and the like (IPMI 2.0 §13.6). */
export function encodeLegacyPacket(payload: Uint8Array): Buffer {
  const datagram = Buffer.alloc(legacyHeaderLength + payload.length)
  writeRmcpHeader(datagram, 'ipmi')
  datagram[4] = authTypes.none
  datagram[13] = payload.length
  datagram.set(payload, legacyHeaderLength)
  return datagram
}

/** An RMCP+ packet in the clear: session setup, and IPMI messages outside a session. */
export function encodePlainPacket(packet: OutgoingPacket): Buffer {
  const datagram = Buffer.allocUnsafe(plusHeaderLength + packet.payload.length)
  writePlusHeader(datagram, packet, packet.payloadType)
  datagram.set(packet.payload, plusHeaderLength)
  return datagram
}

/** An RMCP+ packet inside a session, encrypted and signed as its suite wants (IPMI 2.0 §13.28.4: encrypt first, then sign what is on the wire). */
export function sealPacket(packet: OutgoingPacket, keys: SessionKeys): Buffer {
  const { suite } = keys
  const payload = encrypts(suite) ? encryptPayload(keys, packet.payload) : packet.payload
  const typeByte = packet.payloadType | (encrypts(suite) ? encryptedBit : 0) | (signs(suite) ? authenticatedBit : 0)
  const end = plusHeaderLength + payload.length
  // From the authentication type to the next header, the signed part is a multiple of four bytes.
  const padLength = (4 - ((end - rmcpHeaderLength + 2) % 4)) % 4
  const signedEnd = end + padLength + 2
  const datagram = Buffer.allocUnsafe(signs(suite) ? signedEnd + suite.integrityCodeLength : end)
  writePlusHeader(datagram, { ...packet, payload }, typeByte)
  datagram.set(payload, plusHeaderLength)
  if (!signs(suite)) return datagram
  datagram.fill(padByte, end, end + padLength)
  datagram[signedEnd - 2] = padLength
  datagram[signedEnd - 1] = nextHeader
  datagram.set(integrityCode(keys, datagram.subarray(rmcpHeaderLength, signedEnd)), signedEnd)
  return datagram
}

const encrypts = (suite: CipherSuite): boolean => suite.confidentiality !== 0
const signs = (suite: CipherSuite): boolean => suite.integrity !== 0

/** Takes a datagram apart without believing it. Throws `malformed`. */
export function decodePacket(datagram: Buffer): SessionPacket {
  if (readRmcpClass(datagram) !== 'ipmi') throw new IpmiError('malformed', 'not an IPMI packet')
  requireLength(datagram, rmcpHeaderLength + 1, 'session header')
  if (datagram[4] === authTypes.rmcpPlus) return decodePlusPacket(datagram)
  if (datagram[4] === authTypes.none) return decodeLegacyPacket(datagram)
  throw new IpmiError('malformed', `authentication type ${datagram[4]} is neither RMCP+ nor none`)
}

/**
 * The payload of a packet inside a session, after its integrity code has been verified in constant time.
 * Throws `malformed` for a packet that is not protected as its suite wants, or whose code is wrong.
 */
export function openPacket(packet: SessionPacket, keys: SessionKeys): Buffer {
  const { suite } = keys
  if (packet.format !== 'rmcp-plus' || packet.authenticated !== signs(suite) || packet.encrypted !== encrypts(suite)) {
    throw new IpmiError('malformed', 'a packet inside a session that is not signed and encrypted as agreed')
  }
  if (signs(suite)) checkSignature(packet, keys)
  return encrypts(suite) ? decryptPayload(keys, packet.payload) : packet.payload
}

function checkSignature({ datagram, payload }: SessionPacket, keys: SessionKeys): void {
  const codeLength = keys.suite.integrityCodeLength
  const payloadEnd = plusHeaderLength + payload.length
  requireLength(datagram, payloadEnd + 2 + codeLength, 'signed packet')
  const signedEnd = datagram.length - codeLength
  const expected = integrityCode(keys, datagram.subarray(rmcpHeaderLength, signedEnd))
  if (!isSameCode(expected, datagram.subarray(signedEnd))) throw new IpmiError('malformed', 'a packet with a wrong integrity code')
}

function writePlusHeader(datagram: Buffer, packet: OutgoingPacket, payloadTypeByte: number): void {
  writeRmcpHeader(datagram, 'ipmi')
  datagram[4] = authTypes.rmcpPlus
  datagram[5] = payloadTypeByte
  datagram.writeUInt32LE(packet.sessionId, 6)
  datagram.writeUInt32LE(packet.sequence, 10)
  datagram.writeUInt16LE(packet.payload.length, 14)
}

function decodePlusPacket(datagram: Buffer): SessionPacket {
  requireLength(datagram, plusHeaderLength, 'RMCP+ session header')
  const length = datagram.readUInt16LE(14)
  requireLength(datagram, plusHeaderLength + length, 'RMCP+ payload')
  const payloadTypeByte = datagram[5]!
  return {
    format: 'rmcp-plus',
    payloadType: payloadTypeByte & payloadTypeMask,
    encrypted: (payloadTypeByte & encryptedBit) !== 0,
    authenticated: (payloadTypeByte & authenticatedBit) !== 0,
    sessionId: datagram.readUInt32LE(6),
    sequence: datagram.readUInt32LE(10),
    payload: datagram.subarray(plusHeaderLength, plusHeaderLength + length),
    datagram,
  }
}

function decodeLegacyPacket(datagram: Buffer): SessionPacket {
  requireLength(datagram, legacyHeaderLength, 'IPMI 1.5 session header')
  const length = datagram[13]!
  requireLength(datagram, legacyHeaderLength + length, 'IPMI 1.5 payload')
  return {
    format: 'ipmi-1.5',
    payloadType: payloadTypes.ipmi,
    encrypted: false,
    authenticated: false,
    sequence: datagram.readUInt32LE(5),
    sessionId: datagram.readUInt32LE(9),
    payload: datagram.subarray(legacyHeaderLength, legacyHeaderLength + length),
    datagram,
  }
}
