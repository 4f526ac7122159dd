import { netFns, type Command } from '../command.ts'
import { requireLength } from '../errors.ts'
import { presentChannel } from './session.ts'
import { readPrivilegeLimit, type PrivilegeLimit } from './users.ts'

const accessModes = ['disabled', 'pre-boot', 'always', 'shared'] as const

export type ChannelAccess = {
  /** When the channel is open; undefined for a value that is reserved. */
  readonly mode: (typeof accessModes)[number] | undefined
  readonly hasAlerting: boolean
  /** Packets of a session are signed one by one (IPMI 1.5). */
  readonly hasPerMessageAuthentication: boolean
  /** Commands for users need signatures too (IPMI 1.5). */
  readonly hasUserLevelAuthentication: boolean
  readonly privilegeLimit: PrivilegeLimit | undefined
}

/** Get Channel Access (IPMI 2.0 §22.23, table 22-29) of the channel we talk over: what is in force, or what is stored for the next start. */
export const getChannelAccess: Command<{ readonly of: 'present' | 'stored' }, ChannelAccess> = {
  name: 'Get Channel Access',
  netFn: netFns.app,
  cmd: 0x41,
  effect: 'read',
  completionCodes: { 0x82: 'this channel has no sessions' },
  encode: ({ of }) => Buffer.of(presentChannel, of === 'present' ? 0x80 : 0x40),
  decode: (data) => {
    requireLength(data, 2, 'Get Channel Access response')
    const access = data[0]!
    return {
      mode: accessModes[access & 0x07],
      hasAlerting: (access & 0x20) === 0,
      hasPerMessageAuthentication: (access & 0x10) === 0,
      hasUserLevelAuthentication: (access & 0x08) === 0,
      privilegeLimit: readPrivilegeLimit(data[1]!),
    }
  },
}

/** Get Channel Info (IPMI 2.0 §22.24, table 22-30): the number of the channel we talk over, its medium (04h: LAN), and its sessions. */
export const getChannelInfo: Command<void, { readonly channel: number; readonly medium: number; readonly activeSessions: number }> = {
  name: 'Get Channel Info',
  netFn: netFns.app,
  cmd: 0x42,
  effect: 'read',
  encode: () => Buffer.of(presentChannel),
  decode: (data) => {
    requireLength(data, 4, 'Get Channel Info response')
    return { channel: data[0]! & 0x0f, medium: data[1]! & 0x7f, activeSessions: data[3]! & 0x3f }
  },
}
