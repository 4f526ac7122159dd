import type { CipherSuite } from './cipher-suites.ts'
import { IpmiError, requireLength } from './errors.ts'
import type { Workarounds } from './workarounds.ts'

/** The BMC's own address on its bus (IPMI 2.0 §5.5, table 5-4). */
export const bmcAddress = 0x20
/** Remote console software, first software id (IPMI 2.0 table 5-4). */
export const remoteConsoleAddress = 0x81

/** An IPMI LAN message (IPMI 2.0 §13.8): the request as it goes to the BMC. `netFn` is even. */
export type RequestMessage = {
  readonly netFn: number
  readonly cmd: number
  readonly data: Uint8Array
  /** 0–63, returned in the response. */
  readonly rqSeq: number
  /** Logical unit of the responder, 0 by default: where a sensor lives. */
  readonly lun?: number
  readonly responderAddress?: number
  readonly requesterAddress?: number
}

/** The response. `netFn` is the request's with its lowest bit set. */
export type ResponseMessage = {
  readonly netFn: number
  readonly cmd: number
  readonly completionCode: number
  readonly data: Uint8Array
  readonly rqSeq: number
  readonly lun?: number
  readonly responderAddress?: number
  readonly requesterAddress?: number
}

/** rsAddr, netFn/LUN, checksum, rqAddr, rqSeq/LUN, cmd … checksum. */
const requestOverhead = 7
const responseOverhead = 8

/** Two's complement of the sum of the bytes from `start` up to `end` (IPMI 2.0 §13.8). */
export function checksum(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0
  for (let i = start; i < end; i++) sum += bytes[i]!
  return -sum & 0xff
}

export function encodeRequest(message: RequestMessage): Buffer {
  const bytes = Buffer.allocUnsafe(requestOverhead + message.data.length)
  writeHead(bytes, message.responderAddress ?? bmcAddress, message.netFn, message.lun ?? 0)
  bytes[3] = message.requesterAddress ?? remoteConsoleAddress
  bytes[4] = message.rqSeq << 2
  bytes[5] = message.cmd
  bytes.set(message.data, 6)
  return closeBody(bytes)
}

export function encodeResponse(message: ResponseMessage): Buffer {
  const bytes = Buffer.allocUnsafe(responseOverhead + message.data.length)
  writeHead(bytes, message.requesterAddress ?? remoteConsoleAddress, message.netFn, 0)
  bytes[3] = message.responderAddress ?? bmcAddress
  bytes[4] = (message.rqSeq << 2) | (message.lun ?? 0)
  bytes[5] = message.cmd
  bytes[6] = message.completionCode
  bytes.set(message.data, 7)
  return closeBody(bytes)
}

export function decodeRequest(bytes: Buffer): Required<RequestMessage> {
  requireLength(bytes, requestOverhead, 'IPMI request')
  checkHead(bytes)
  checkBody(bytes)
  return {
    responderAddress: bytes[0]!,
    netFn: bytes[1]! >> 2,
    lun: bytes[1]! & 3,
    requesterAddress: bytes[3]!,
    rqSeq: bytes[4]! >> 2,
    cmd: bytes[5]!,
    data: bytes.subarray(6, -1),
  }
}

export type BodyChecksum = 'check' | 'ignore'

/** Inside a session: an integrity code has vouched for every byte, and X9SCM-iiF and X9DRi-F compute this checksum wrongly. */
export function checksumsOf(suite: CipherSuite, workarounds: Workarounds): BodyChecksum {
  return suite.integrity !== 0 || workarounds.has('nochecksumcheck') ? 'ignore' : 'check'
}

/** `ignore` is for payloads that something else vouches for, and for FreeIPMI's `nochecksumcheck`. */
export function decodeResponse(bytes: Buffer, bodyChecksum: BodyChecksum = 'check'): Required<ResponseMessage> {
  requireLength(bytes, responseOverhead, 'IPMI response')
  checkHead(bytes)
  if (bodyChecksum === 'check') checkBody(bytes)
  return {
    requesterAddress: bytes[0]!,
    netFn: bytes[1]! >> 2,
    responderAddress: bytes[3]!,
    rqSeq: bytes[4]! >> 2,
    lun: bytes[4]! & 3,
    cmd: bytes[5]!,
    completionCode: bytes[6]!,
    data: bytes.subarray(7, -1),
  }
}

function writeHead(bytes: Buffer, address: number, netFn: number, lun: number): void {
  bytes[0] = address
  bytes[1] = (netFn << 2) | lun
  bytes[2] = checksum(bytes, 0, 2)
}

function closeBody(bytes: Buffer): Buffer {
  bytes[bytes.length - 1] = checksum(bytes, 3, bytes.length - 1)
  return bytes
}

function checkHead(bytes: Buffer): void {
  if (checksum(bytes, 0, 2) !== bytes[2]) throw new IpmiError('malformed', 'IPMI message with a wrong header checksum')
}

function checkBody(bytes: Buffer): void {
  if (checksum(bytes, 3, bytes.length - 1) !== bytes.at(-1)) throw new IpmiError('malformed', 'IPMI message with a wrong body checksum')
}
