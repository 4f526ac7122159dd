import { requireLength } from '../errors.ts'

/**
 * One SOL payload (IPMI 2.0 §15.9, table 15-2). It carries characters under its own sequence number, or acknowledges a packet of
 * the other side, or both.
 */
export type SolPacket = {
  /** 1–15, counted by its sender; 0 for a packet that carries no characters and wants no acknowledgement. */
  readonly sequence: number
  /** The other side's packet that this one answers, 0 for none. */
  readonly ackSequence: number
  /** How many of that packet's characters were taken. */
  readonly acceptedCount: number
  /** `operations` towards the BMC, `statuses` from it. */
  readonly flags: number
  readonly data: Buffer
}

/** Bits of the fourth byte, console to BMC. The other modem lines are left as they are. */
export const operations = { nack: 0x40, generateBreak: 0x10, flushInbound: 0x02, flushOutbound: 0x01 } as const

/** Bits of the fourth byte, BMC to console. */
export const statuses = {
  nack: 0x40,
  /** The host is off or in reset: characters cannot be passed on. */
  transferUnavailable: 0x20,
  deactivated: 0x10,
  /** The BMC had to drop characters of the host. */
  transmitOverrun: 0x08,
  breakDetected: 0x04,
} as const

export const solHeaderLength = 4
/** The accepted count is one byte: more characters than that could not be acknowledged. */
export const mostCharacters = 255
const lastSequence = 15

export function encodeSolPacket(packet: SolPacket): Buffer {
  const bytes = Buffer.allocUnsafe(solHeaderLength + packet.data.length)
  bytes[0] = packet.sequence
  bytes[1] = packet.ackSequence
  bytes[2] = packet.acceptedCount
  bytes[3] = packet.flags
  bytes.set(packet.data, solHeaderLength)
  return bytes
}

/** Throws `malformed`. The data is a view of `bytes`. */
export function decodeSolPacket(bytes: Buffer): SolPacket {
  requireLength(bytes, solHeaderLength, 'SOL packet')
  return {
    sequence: bytes[0]! & 0x0f,
    ackSequence: bytes[1]! & 0x0f,
    acceptedCount: bytes[2]!,
    flags: bytes[3]!,
    data: bytes.subarray(solHeaderLength),
  }
}

/** 1 follows 15: 0 marks packets without characters. */
export function nextSolSequence(sequence: number): number {
  return sequence >= lastSequence ? 1 : sequence + 1
}
