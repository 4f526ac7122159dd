import { netFns, type Command } from '../command.ts'
import { IpmiError, requireLength } from '../errors.ts'

/** The group extension id that starts every DCMI request and response (DCMI 1.5 §6). */
const dcmiGroup = 0xdc
const systemPowerStatistics = 0x01

export type PowerReading = {
  readonly currentWatts: number
  readonly minimumWatts: number
  readonly maximumWatts: number
  readonly averageWatts: number
  /** Over which the statistics were taken. */
  readonly periodMs: number
  /** False when the BMC does not measure at present: the values then mean nothing. */
  readonly isActive: boolean
}

/** DCMI Get Power Reading (DCMI 1.5 §6.6.1). BMCs without DCMI answer C1h. */
export const getPowerReading: Command<void, PowerReading> = {
  name: 'DCMI Get Power Reading',
  netFn: netFns.groupExtension,
  cmd: 0x02,
  effect: 'read',
  encode: () => Buffer.of(dcmiGroup, systemPowerStatistics, 0, 0),
  decode: (data) => {
    requireLength(data, 18, 'DCMI Get Power Reading response')
    if (data[0] !== dcmiGroup) throw new IpmiError('malformed', 'DCMI Get Power Reading response of another group')
    return {
      currentWatts: data.readUInt16LE(1),
      minimumWatts: data.readUInt16LE(3),
      maximumWatts: data.readUInt16LE(5),
      averageWatts: data.readUInt16LE(7),
      periodMs: data.readUInt32LE(13),
      isActive: (data[17]! & 0x40) !== 0,
    }
  },
}

/** What Get Power Limit answers where none is set (DCMI 1.5 §6.6.2); some BMCs give the data with it. */
export const noActivePowerLimit = 0x80

/** DCMI Get Power Limit (DCMI 1.5 §6.6.2). */
export const getPowerLimit: Command<void, { readonly limitWatts: number }> = {
  name: 'DCMI Get Power Limit',
  netFn: netFns.groupExtension,
  cmd: 0x03,
  effect: 'read',
  completionCodes: { [noActivePowerLimit]: 'no power limit is set' },
  encode: () => Buffer.of(dcmiGroup, 0, 0),
  decode: (data) => {
    requireLength(data, 14, 'DCMI Get Power Limit response')
    if (data[0] !== dcmiGroup) throw new IpmiError('malformed', 'DCMI Get Power Limit response of another group')
    return { limitWatts: data.readUInt16LE(4) }
  },
}
