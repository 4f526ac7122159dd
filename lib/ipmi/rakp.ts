import type { CipherSuite } from './cipher-suites.ts'
import { IpmiError, requireLength } from './errors.ts'

/** IPMI privilege levels (IPMI 2.0 table 6-3, as numbered in table 22-15). */
export const privilegeLevels = { user: 2, operator: 3, administrator: 4 } as const
export type Privilege = keyof typeof privilegeLevels

/** In RAKP 1's role byte: look the user up by name alone (IPMI 2.0 §13.20). */
export const nameOnlyLookup = 0x10

export const randomLength = 16
export const maxUsernameLength = 16
export const maxPasswordLength = 20

/** RMCP+ status codes (IPMI 2.0 table 13-15). */
export const rakpStatus = {
  ok: 0x00,
  insufficientResources: 0x01,
  invalidSessionId: 0x02,
  invalidPayloadType: 0x03,
  invalidAuthentication: 0x04,
  invalidIntegrity: 0x05,
  noMatchingAuthentication: 0x06,
  noMatchingIntegrity: 0x07,
  inactiveSessionId: 0x08,
  invalidRole: 0x09,
  unauthorizedRole: 0x0a,
  insufficientResourcesForRole: 0x0b,
  invalidNameLength: 0x0c,
  unauthorizedName: 0x0d,
  unauthorizedGuid: 0x0e,
  invalidIntegrityCheck: 0x0f,
  invalidConfidentiality: 0x10,
  noMatchingCipherSuite: 0x11,
  illegalParameter: 0x12,
} as const

export type Algorithms = Pick<CipherSuite, 'authentication' | 'integrity' | 'confidentiality'>

export type OpenSessionRequest = Algorithms & {
  readonly tag: number
  /** 0 asks for the highest the BMC grants. */
  readonly privilege: number
  readonly consoleSessionId: number
}

/**
 * A message with a status other than `ok` has no more than this. OpenIPMI's refusal ends after the status:
 * its session id is then 0, which no session has.
 */
export type Refusal = { readonly tag: number; readonly status: number; readonly consoleSessionId: number }
export type OpenSessionResponse = Algorithms & Refusal & { readonly privilege: number; readonly managedSystemSessionId: number }
export type Rakp1 = {
  readonly tag: number
  readonly managedSystemSessionId: number
  readonly consoleRandom: Buffer
  readonly role: number
  readonly username: Buffer
}
export type Rakp2 = Refusal & { readonly managedSystemRandom: Buffer; readonly guid: Buffer; readonly code: Buffer }
export type Rakp3 = { readonly tag: number; readonly status: number; readonly managedSystemSessionId: number; readonly code: Buffer }
export type Rakp4 = Refusal & { readonly code: Buffer }

/** True for a decoded answer that carries more than its status. */
export function isAccepted<T extends { readonly status: number }>(answer: T | Refusal): answer is T {
  return answer.status === rakpStatus.ok
}

const refusalLength = 8

/** IPMI 2.0 §13.17. */
export function encodeOpenSessionRequest(message: OpenSessionRequest): Buffer {
  const bytes = Buffer.alloc(32)
  bytes[0] = message.tag
  bytes[1] = message.privilege
  bytes.writeUInt32LE(message.consoleSessionId, 4)
  writeAlgorithms(bytes, 8, message)
  return bytes
}

export function decodeOpenSessionRequest(bytes: Buffer): OpenSessionRequest {
  requireLength(bytes, 32, 'Open Session Request')
  return { tag: bytes[0]!, privilege: bytes[1]!, consoleSessionId: bytes.readUInt32LE(4), ...readAlgorithms(bytes, 8, 'Open Session Request') }
}

/** IPMI 2.0 §13.18. */
export function encodeOpenSessionResponse(message: OpenSessionResponse | Refusal): Buffer {
  if (!isAccepted<OpenSessionResponse>(message)) return encodeRefusal(message)
  const bytes = Buffer.alloc(36)
  writeRefusal(bytes, message)
  bytes[2] = message.privilege
  bytes.writeUInt32LE(message.managedSystemSessionId, 8)
  writeAlgorithms(bytes, 12, message)
  return bytes
}

export function decodeOpenSessionResponse(bytes: Buffer): OpenSessionResponse | Refusal {
  const refusal = decodeRefusal(bytes, 'Open Session Response')
  if (refusal.status !== rakpStatus.ok) return refusal
  requireLength(bytes, 36, 'Open Session Response')
  const algorithms = readAlgorithms(bytes, 12, 'Open Session Response')
  return { ...refusal, ...algorithms, privilege: bytes[2]!, managedSystemSessionId: bytes.readUInt32LE(8) }
}

/** IPMI 2.0 §13.20. */
export function encodeRakp1(message: Rakp1): Buffer {
  const bytes = Buffer.alloc(28 + message.username.length)
  bytes[0] = message.tag
  bytes.writeUInt32LE(message.managedSystemSessionId, 4)
  bytes.set(message.consoleRandom, 8)
  bytes[24] = message.role
  bytes[27] = message.username.length
  bytes.set(message.username, 28)
  return bytes
}

export function decodeRakp1(bytes: Buffer): Rakp1 {
  requireLength(bytes, 28, 'RAKP 1')
  const nameLength = bytes[27]!
  if (nameLength > maxUsernameLength) throw new IpmiError('malformed', `RAKP 1 with a user name of ${nameLength} bytes`)
  requireLength(bytes, 28 + nameLength, 'RAKP 1')
  return {
    tag: bytes[0]!,
    managedSystemSessionId: bytes.readUInt32LE(4),
    consoleRandom: bytes.subarray(8, 24),
    role: bytes[24]!,
    username: bytes.subarray(28, 28 + nameLength),
  }
}

/** IPMI 2.0 §13.21. */
export function encodeRakp2(message: Rakp2 | Refusal): Buffer {
  if (!isAccepted<Rakp2>(message)) return encodeRefusal(message)
  const bytes = Buffer.alloc(40 + message.code.length)
  writeRefusal(bytes, message)
  bytes.set(message.managedSystemRandom, 8)
  bytes.set(message.guid, 24)
  bytes.set(message.code, 40)
  return bytes
}

export function decodeRakp2(bytes: Buffer): Rakp2 | Refusal {
  const refusal = decodeRefusal(bytes, 'RAKP 2')
  if (refusal.status !== rakpStatus.ok) return refusal
  requireLength(bytes, 40, 'RAKP 2')
  return { ...refusal, managedSystemRandom: bytes.subarray(8, 24), guid: bytes.subarray(24, 40), code: bytes.subarray(40) }
}

/** IPMI 2.0 §13.22. */
export function encodeRakp3(message: Rakp3): Buffer {
  const bytes = Buffer.alloc(8 + message.code.length)
  bytes[0] = message.tag
  bytes[1] = message.status
  bytes.writeUInt32LE(message.managedSystemSessionId, 4)
  bytes.set(message.code, 8)
  return bytes
}

export function decodeRakp3(bytes: Buffer): Rakp3 {
  requireLength(bytes, 8, 'RAKP 3')
  return { tag: bytes[0]!, status: bytes[1]!, managedSystemSessionId: bytes.readUInt32LE(4), code: bytes.subarray(8) }
}

/** IPMI 2.0 §13.23. */
export function encodeRakp4(message: Rakp4 | Refusal): Buffer {
  if (!isAccepted<Rakp4>(message)) return encodeRefusal(message)
  const bytes = Buffer.alloc(8 + message.code.length)
  writeRefusal(bytes, message)
  bytes.set(message.code, 8)
  return bytes
}

export function decodeRakp4(bytes: Buffer): Rakp4 | Refusal {
  return { ...decodeRefusal(bytes, 'RAKP 4'), code: bytes.subarray(8) }
}

function decodeRefusal(bytes: Buffer, what: string): Refusal {
  requireLength(bytes, 2, what)
  const status = bytes[1]!
  if (status === rakpStatus.ok) requireLength(bytes, refusalLength, what)
  return { tag: bytes[0]!, status, consoleSessionId: bytes.length >= refusalLength ? bytes.readUInt32LE(4) : 0 }
}

function encodeRefusal(refusal: Refusal): Buffer {
  return writeRefusal(Buffer.alloc(refusalLength), refusal)
}

function writeRefusal(bytes: Buffer, refusal: Refusal): Buffer {
  bytes[0] = refusal.tag
  bytes[1] = refusal.status
  bytes.writeUInt32LE(refusal.consoleSessionId, 4)
  return bytes
}

/** Three payloads of eight bytes: type, 2 reserved, length 8, algorithm, 3 reserved. */
function writeAlgorithms(bytes: Buffer, offset: number, algorithms: Algorithms): void {
  const numbers = [algorithms.authentication, algorithms.integrity, algorithms.confidentiality]
  numbers.forEach((algorithm, type) => {
    const start = offset + 8 * type
    bytes[start] = type
    bytes[start + 3] = 8
    bytes[start + 4] = algorithm
  })
}

function readAlgorithms(bytes: Buffer, offset: number, what: string): Algorithms {
  const algorithm = (type: number) => {
    const start = offset + 8 * type
    if (bytes[start] !== type) throw new IpmiError('malformed', `${what} with its algorithms in disorder`)
    return bytes[start + 4]! & 0x3f
  }
  return { authentication: algorithm(0), integrity: algorithm(1), confidentiality: algorithm(2) }
}
