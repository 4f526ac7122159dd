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

/** What Get Power Limit answers where a limit is not active (DCMI 1.5 §6.6.2); many BMCs give the data with it, ipmitool prints it. */
export const noActivePowerLimit = 0x80

/**
 * A limit as DCMI keeps it. `exceptionAction`: what the BMC does when it cannot hold the limit (0 nothing, 1 switches off hard, 11h logs).
 * `correctionMs`: how long it may take to get below; `samplingSeconds`: over how long it measures.
 */
export type PowerLimit = { readonly limitWatts: number; readonly exceptionAction: number; readonly correctionMs: number; readonly samplingSeconds: number }

/** DCMI Get Power Limit (DCMI 1.5 §6.6.2). */
export const getPowerLimit: Command<void, PowerLimit> = {
  name: 'DCMI Get Power Limit',
  netFn: netFns.groupExtension,
  cmd: 0x03,
  effect: 'read',
  completionCodes: { [noActivePowerLimit]: 'no power limit is set' },
  encode: () => Buffer.of(dcmiGroup, 0, 0),
  decode: (data) => {
    requireLength(data, 14, 'DCMI Get Power Limit response')
    if (data[0] !== dcmiGroup) throw new IpmiError('malformed', 'DCMI Get Power Limit response of another group')
    return { exceptionAction: data[3]!, limitWatts: data.readUInt16LE(4), correctionMs: data.readUInt32LE(6), samplingSeconds: data.readUInt16LE(12) }
  },
}

/** DCMI Set Power Limit (DCMI 1.5 §6.6.3): stored, not yet in force. */
export const setPowerLimit: Command<PowerLimit, void> = {
  name: 'DCMI Set Power Limit',
  netFn: netFns.groupExtension,
  cmd: 0x04,
  effect: 'control',
  completionCodes: { 0x84: 'the limit is out of the range that this BMC takes', 0x85: 'the correction time is out of range', 0x89: 'the statistics period is out of range' },
  encode({ limitWatts, exceptionAction, correctionMs, samplingSeconds }) {
    const data = Buffer.alloc(15)
    data[0] = dcmiGroup
    data[4] = exceptionAction
    data.writeUInt16LE(limitWatts, 5)
    data.writeUInt32LE(correctionMs, 7)
    data.writeUInt16LE(samplingSeconds, 13)
    return data
  },
  decode: expectGroup('DCMI Set Power Limit'),
}

/** DCMI Activate/Deactivate Power Limit (DCMI 1.5 §6.6.4). */
export const activatePowerLimit: Command<boolean, void> = {
  name: 'DCMI Activate/Deactivate Power Limit',
  netFn: netFns.groupExtension,
  cmd: 0x05,
  effect: 'control',
  encode: (isActive) => Buffer.of(dcmiGroup, isActive ? 1 : 0, 0, 0),
  decode: expectGroup('DCMI Activate/Deactivate Power Limit'),
}

function expectGroup(name: string) {
  return (data: Buffer): void => {
    requireLength(data, 1, `${name} response`)
    if (data[0] !== dcmiGroup) throw new IpmiError('malformed', `${name} response of another group`)
  }
}
