import { netFns, noData, type Command } from '../command.ts'
import { requireLength } from '../errors.ts'

const uses = [undefined, 'bios-frb2', 'bios-post', 'os-load', 'sms-os', 'oem', undefined, undefined] as const
const actions = ['none', 'hard-reset', 'power-down', 'power-cycle', undefined, undefined, undefined, undefined] as const
const preTimeouts = ['none', 'smi', 'nmi', 'messaging', undefined, undefined, undefined, undefined] as const

export type Watchdog = {
  readonly isRunning: boolean
  /** Whose timer it is: the firmware's, the operating system's. Undefined for a value that is reserved. */
  readonly use: NonNullable<(typeof uses)[number]> | undefined
  readonly action: NonNullable<(typeof actions)[number]> | undefined
  readonly preTimeout: { readonly interrupt: NonNullable<(typeof preTimeouts)[number]> | undefined; readonly seconds: number }
  readonly countdownMs: number
  readonly presentMs: number
}

/** Get Watchdog Timer (IPMI 2.0 §27.7, table 27-6). Countdowns are in tenths of a second. */
export const getWatchdog: Command<void, Watchdog> = {
  name: 'Get Watchdog Timer',
  netFn: netFns.app,
  cmd: 0x25,
  effect: 'read',
  encode: noData,
  decode: (data) => {
    requireLength(data, 8, 'Get Watchdog Timer response')
    return {
      isRunning: (data[0]! & 0x40) !== 0,
      use: uses[data[0]! & 0x07],
      action: actions[data[1]! & 0x07],
      preTimeout: { interrupt: preTimeouts[(data[1]! >> 4) & 0x07], seconds: data[2]! },
      countdownMs: data.readUInt16LE(4) * 100,
      presentMs: data.readUInt16LE(6) * 100,
    }
  },
}
