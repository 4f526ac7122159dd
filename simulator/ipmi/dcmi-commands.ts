import { netFns } from '#lib/ipmi/command.ts'
import { inputWatts } from '../sensors.ts'
import { completion, ok, refuse, toSeconds, uint16, uint32, type ServedCommand } from './served-command.ts'

const dcmi = 0xdc
const groupExtension = netFns.groupExtension
/** DCMI 1.5 §6.6.2 and §6.6.3. */
const noActiveLimit = 0x80
const limitOutOfRange = 0x84

export const dcmiCommands: readonly ServedCommand[] = [
  {
    name: 'DCMI Get Power Reading',
    netFn: groupExtension,
    cmd: 0x02,
    privilege: 'user',
    leastLength: 4,
    // DCMI 1.5 §6.6.1: group, now, minimum, maximum, average in watts, time, period in ms, state (measuring).
    answer(data, { machine }) {
      if (data[0] !== dcmi) return refuse(completion.invalidCommand)
      const watts = inputWatts(machine.conditions())
      const values = [watts, Math.round(watts * 0.8), Math.round(watts * 1.15), watts].map(uint16)
      return ok(Buffer.concat([Buffer.of(dcmi), ...values, uint32(toSeconds(machine.bmcTime())), uint32(1000), Buffer.of(0x40)]))
    },
  },
  {
    name: 'DCMI Get Power Limit',
    netFn: groupExtension,
    cmd: 0x03,
    privilege: 'user',
    leastLength: 3,
    // §6.6.2: group, two reserved, action, watts, correction in ms, two reserved, sampling in s. Not active: 80h, with the data all the same.
    answer(data, { machine: { powerCap } }) {
      if (data[0] !== dcmi) return refuse(completion.invalidCommand)
      const { watts, isActive, action, correctionMs, samplingSeconds } = powerCap
      const told = Buffer.concat([Buffer.of(dcmi, 0, 0, action), uint16(watts), uint32(correctionMs), Buffer.of(0, 0), uint16(samplingSeconds)])
      return { completionCode: isActive ? completion.ok : noActiveLimit, data: told }
    },
  },
  {
    name: 'DCMI Set Power Limit',
    netFn: groupExtension,
    cmd: 0x04,
    privilege: 'operator',
    leastLength: 15,
    answer(data, { machine: { powerCap } }) {
      if (data[0] !== dcmi) return refuse(completion.invalidCommand)
      const watts = data.readUInt16LE(5)
      if (watts < powerCap.minimum || watts > powerCap.maximum) return refuse(limitOutOfRange)
      Object.assign(powerCap, { watts, action: data[4]!, correctionMs: data.readUInt32LE(7), samplingSeconds: data.readUInt16LE(13) })
      return ok(Buffer.of(dcmi))
    },
  },
  {
    name: 'DCMI Activate/Deactivate Power Limit',
    netFn: groupExtension,
    cmd: 0x05,
    privilege: 'operator',
    leastLength: 4,
    answer(data, { machine: { powerCap } }) {
      if (data[0] !== dcmi) return refuse(completion.invalidCommand)
      powerCap.isActive = data[1] === 1
      return ok(Buffer.of(dcmi))
    },
  },
]
