import { netFns, noAnswer, type Command } from '../command.ts'
import { requireLength } from '../errors.ts'
import { privilegeLevels, type Privilege } from '../rakp.ts'

/** "This channel" in commands that take a channel number. */
export const presentChannel = 0x0e

export type AuthenticationCapabilities = {
  readonly channel: number
  readonly supportsIpmi20: boolean
  readonly supportsIpmi15: boolean
  /** A key K_G other than zeros is set: it must be given to log in. */
  readonly requiresKg: boolean
  readonly allowsAnonymousLogin: boolean
  readonly allowsNullUsers: boolean
}

/**
 * Get Channel Authentication Capabilities (IPMI 2.0 §22.13), the one command that needs no session.
 * Without `asksForIpmi20` an old BMC answers that refuses the bit with CCh.
 */
export const getChannelAuthenticationCapabilities: Command<
  { readonly asksForIpmi20: boolean; readonly privilege: Privilege },
  AuthenticationCapabilities
> = {
  name: 'Get Channel Authentication Capabilities',
  netFn: netFns.app,
  cmd: 0x38,
  effect: 'read',
  encode: ({ asksForIpmi20, privilege }) => Buffer.of(presentChannel | (asksForIpmi20 ? 0x80 : 0), privilegeLevels[privilege]),
  decode: (data) => {
    requireLength(data, 4, 'Get Channel Authentication Capabilities response')
    const isExtended = (data[1]! & 0x80) !== 0
    const extended = isExtended ? data[3]! : 0x01
    return {
      channel: data[0]! & 0x0f,
      supportsIpmi20: (extended & 0x02) !== 0,
      supportsIpmi15: (extended & 0x01) !== 0,
      requiresKg: (data[2]! & 0x20) !== 0,
      allowsAnonymousLogin: (data[2]! & 0x01) !== 0,
      allowsNullUsers: (data[2]! & 0x02) !== 0,
    }
  },
}

export const cipherSuiteChunkLength = 16

/** Get Channel Cipher Suites (IPMI 2.0 §22.15): sixteen bytes of the list per index, the last chunk is shorter. */
export const getChannelCipherSuites: Command<{ readonly index: number }, { readonly channel: number; readonly records: Buffer }> = {
  name: 'Get Channel Cipher Suites',
  netFn: netFns.app,
  cmd: 0x54,
  effect: 'read',
  // Payload type IPMI, list by cipher suite.
  encode: ({ index }) => Buffer.of(presentChannel, 0x00, 0x80 | (index & 0x3f)),
  decode: (data) => {
    requireLength(data, 1, 'Get Channel Cipher Suites response')
    return { channel: data[0]! & 0x0f, records: data.subarray(1, 1 + cipherSuiteChunkLength) }
  },
}

/**
 * The suite ids in a cipher suite list (IPMI 2.0 table 22-19): C0h id, or C1h id and three bytes of enterprise, then
 * algorithms with a tag in their upper two bits. An OEM suite has no number of ours and is left out.
 */
export function readCipherSuiteIds(records: Buffer): number[] {
  const ids: number[] = []
  let offset = 0
  while (offset < records.length) {
    const start = records[offset]
    if (start === 0xc0 && offset + 1 < records.length) ids.push(records[offset + 1]!)
    offset += start === 0xc1 ? 5 : start === 0xc0 ? 2 : 1
  }
  return ids
}

/** Set Session Privilege Level (IPMI 2.0 §22.18). Idempotent and without effect outside its session, hence a read. */
export const setSessionPrivilege: Command<{ readonly privilege: Privilege }, { readonly privilegeLevel: number }> = {
  name: 'Set Session Privilege Level',
  netFn: netFns.app,
  cmd: 0x3b,
  effect: 'read',
  completionCodes: {
    0x80: 'this user may not have that privilege',
    0x81: 'that privilege exceeds the limit of the user or channel',
    0x82: 'user level authentication cannot be disabled',
  },
  encode: ({ privilege }) => Buffer.of(privilegeLevels[privilege]),
  decode: (data) => {
    requireLength(data, 1, 'Set Session Privilege Level response')
    return { privilegeLevel: data[0]! & 0x0f }
  },
}

/** Close Session (IPMI 2.0 §22.19). A session is closed no more than once, however often it is asked: hence a read. */
export const closeSession: Command<{ readonly managedSystemSessionId: number }, void> = {
  name: 'Close Session',
  netFn: netFns.app,
  cmd: 0x3c,
  effect: 'read',
  completionCodes: { 0x87: 'no such session' },
  encode: ({ managedSystemSessionId }) => {
    const data = Buffer.alloc(4)
    data.writeUInt32LE(managedSystemSessionId)
    return data
  },
  decode: noAnswer,
}

/** Get Session Info of the session that asks (IPMI 2.0 §22.20): how many there may be, and how many there are. */
export const getSessionInfo: Command<void, { readonly limit: number; readonly active: number }> = {
  name: 'Get Session Info',
  netFn: netFns.app,
  cmd: 0x3d,
  effect: 'read',
  encode: () => Buffer.of(0x00),
  decode: (data) => {
    requireLength(data, 3, 'Get Session Info response')
    return { limit: data[1]! & 0x3f, active: data[2]! & 0x3f }
  },
}
