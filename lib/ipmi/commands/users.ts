import { netFns, type Command } from '../command.ts'
import { requireLength } from '../errors.ts'
import { decodeText } from '../text.ts'
import { presentChannel } from './session.ts'

/** Level of a privilege limit (IPMI 2.0 table 6-1); 0Fh is no access. */
const privilegeNames: Readonly<Record<number, PrivilegeLimit>> = { 1: 'callback', 2: 'user', 3: 'operator', 4: 'administrator', 5: 'oem', 0x0f: 'no-access' }
export type PrivilegeLimit = 'callback' | 'user' | 'operator' | 'administrator' | 'oem' | 'no-access'

export const readPrivilegeLimit = (byte: number): PrivilegeLimit | undefined => privilegeNames[byte & 0x0f]

export type UserAccess = {
  /** How many users there can be, from id 1 on, how many are enabled, and how many of them have names that cannot be changed. */
  readonly greatestId: number
  readonly enabledCount: number
  readonly fixedNames: number
  /** Undefined where the BMC does not say, as before the specification's errata. */
  readonly isEnabled: boolean | undefined
  readonly privilege: PrivilegeLimit | undefined
  /** May open sessions on this channel for IPMI messages. */
  readonly mayUseIpmi: boolean
  readonly isCallbackOnly: boolean
}

const enabledStates = [undefined, true, false, undefined] as const

/** Get User Access (IPMI 2.0 §22.27, table 22-32), on the channel we talk over. */
export const getUserAccess: Command<{ readonly userId: number }, UserAccess> = {
  name: 'Get User Access',
  netFn: netFns.app,
  cmd: 0x44,
  effect: 'read',
  encode: ({ userId }) => Buffer.of(presentChannel, userId & 0x3f),
  decode: (data) => {
    requireLength(data, 4, 'Get User Access response')
    const access = data[3]!
    return {
      greatestId: data[0]! & 0x3f,
      enabledCount: data[1]! & 0x3f,
      isEnabled: enabledStates[data[1]! >> 6],
      fixedNames: data[2]! & 0x3f,
      privilege: readPrivilegeLimit(access),
      mayUseIpmi: (access & 0x10) !== 0,
      isCallbackOnly: (access & 0x40) !== 0,
    }
  },
}

/** Get User Name (IPMI 2.0 §22.29): sixteen bytes, filled up with zeros; empty for a user without one. */
export const getUserName: Command<{ readonly userId: number }, { readonly name: string }> = {
  name: 'Get User Name',
  netFn: netFns.app,
  cmd: 0x46,
  effect: 'read',
  encode: ({ userId }) => Buffer.of(userId & 0x3f),
  decode: (data) => {
    requireLength(data, 16, 'Get User Name response')
    return { name: decodeText('latin-1', data.subarray(0, 16)) }
  },
}
