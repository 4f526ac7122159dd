import { IpmiError, requireLength } from './errors.ts'

/** RMCP header (IPMI 2.0 §13.1.3): version, reserved, sequence number, class of message. */
export const rmcpHeaderLength = 4
const rmcpVersion = 0x06
/** FFh: the sender wants no RMCP acknowledgement; IPMI messages always say so. */
const noAcknowledge = 0xff
const classMask = 0x1f
const acknowledgeBit = 0x80

const messageClasses = { asf: 0x06, ipmi: 0x07 } as const
export type RmcpClass = keyof typeof messageClasses

/** Writes the four header bytes at the start of `target`. */
export function writeRmcpHeader(target: Buffer, messageClass: RmcpClass): void {
  target[0] = rmcpVersion
  target[1] = 0
  target[2] = noAcknowledge
  target[3] = messageClasses[messageClass]
}

/** The class of an RMCP datagram. Throws `malformed` for what is no RMCP, and for an RMCP acknowledgement. */
export function readRmcpClass(datagram: Buffer): RmcpClass {
  requireLength(datagram, rmcpHeaderLength, 'RMCP header')
  if (datagram[0] !== rmcpVersion) throw new IpmiError('malformed', `not RMCP: version ${hex(datagram[0]!)} instead of 06h`)
  const classByte = datagram[3]!
  if (classByte & acknowledgeBit) throw new IpmiError('malformed', 'an RMCP acknowledgement carries no message')
  const code = classByte & classMask
  if (code === messageClasses.ipmi) return 'ipmi'
  if (code === messageClasses.asf) return 'asf'
  throw new IpmiError('malformed', `RMCP class ${hex(code)} is neither IPMI nor ASF`)
}

/** Whether it at least begins like RMCP: then it is a BMC's, however broken the rest. */
export function looksLikeRmcp(datagram: Buffer): boolean {
  return datagram.length >= rmcpHeaderLength && datagram[0] === rmcpVersion && datagram[2] === noAcknowledge
}

const hex = (byte: number) => `${byte.toString(16).padStart(2, '0').toUpperCase()}h`

/** ASF's IANA enterprise number (IPMI 2.0 §13.2.1), big-endian on the wire, as all of ASF. */
const asfEnterprise = 4542
const asfHeaderLength = rmcpHeaderLength + 8
const pongDataLength = 16
const asfTypes = { ping: 0x80, pong: 0x40 } as const

export type AsfMessage =
  | { readonly type: 'ping'; readonly tag: number }
  | { readonly type: 'pong'; readonly tag: number; readonly supportsIpmi: boolean; readonly oemEnterprise: number }

/** RMCP presence ping or pong (IPMI 2.0 §13.2.3, §13.2.4): asks whether there is a BMC, without any session. */
export function encodeAsf(message: AsfMessage): Buffer {
  const dataLength = message.type === 'pong' ? pongDataLength : 0
  const datagram = Buffer.alloc(asfHeaderLength + dataLength)
  writeRmcpHeader(datagram, 'asf')
  datagram.writeUInt32BE(asfEnterprise, 4)
  datagram[8] = asfTypes[message.type]
  datagram[9] = message.tag
  datagram[11] = dataLength
  if (message.type === 'pong') {
    datagram.writeUInt32BE(message.oemEnterprise, 12)
    // Supported entities: bit 7 IPMI, low nibble 1 = ASF 1.0.
    datagram[20] = (message.supportsIpmi ? 0x80 : 0) | 0x01
  }
  return datagram
}

export function decodeAsf(datagram: Buffer): AsfMessage {
  if (readRmcpClass(datagram) !== 'asf') throw new IpmiError('malformed', 'not an ASF message')
  requireLength(datagram, asfHeaderLength, 'ASF message')
  if (datagram.readUInt32BE(4) !== asfEnterprise) throw new IpmiError('malformed', 'ASF message of an unknown enterprise')
  const tag = datagram[9]!
  if (datagram[8] === asfTypes.ping) return { type: 'ping', tag }
  if (datagram[8] !== asfTypes.pong) throw new IpmiError('malformed', `ASF message type ${hex(datagram[8]!)} is neither ping nor pong`)
  requireLength(datagram, asfHeaderLength + pongDataLength, 'ASF pong')
  return { type: 'pong', tag, oemEnterprise: datagram.readUInt32BE(12), supportsIpmi: (datagram[20]! & 0x80) !== 0 }
}
