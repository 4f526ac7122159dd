import { netFns } from '#lib/ipmi/command.ts'
import type { Machine } from '../machine.ts'
import { inputWatts, type SensorModel } from '../sensors.ts'
import { completion, ok, refuse, toSeconds, uint16, uint32, type Reply, type ServedCommand } from './served-command.ts'

const dcmi = 0xdc
const groupExtension = netFns.groupExtension
/** DCMI 1.5 §6.6.2 and §6.6.3. */
const noActiveLimit = 0x80
const limitOutOfRange = 0x84

/** DCMI 1.5, second revision of the parameters. */
const conformance = Buffer.of(0x01, 0x05, 0x02)
const pieceLength = 16

/** What this BMC can by DCMI (§6.1.1, table 6-3): power management; log and identification; where it is reached; one rolling average, a minute. */
const capabilities: Readonly<Record<number, (logCapacity: number) => Buffer>> = {
  1: () => Buffer.of(0, 0x01, 0x01),
  2: (logCapacity) => Buffer.concat([uint16(logCapacity), Buffer.of(0, 0x03, 1)]),
  3: () => Buffer.of(0x20, 0x00),
  4: () => Buffer.of(0x01, 0xff, 0xff),
  5: () => Buffer.of(1, 0x41),
}

/** §6.1.2, table 6-6: no DHCP when it starts, no vendor class; the usual timing. */
const configuration: Readonly<Record<number, readonly number[]>> = { 1: [0], 2: [0], 3: [4], 4: [120, 0], 5: [64, 0] }

/** A part of a text: its whole length and at most sixteen bytes from an offset. */
function pieceOf(text: string, offset: number, count: number): Reply {
  const piece = Buffer.from(text, 'latin1').subarray(offset, offset + Math.min(count, pieceLength))
  return ok(Buffer.concat([Buffer.of(dcmi, text.length), piece]))
}

/** The entities that DCMI has temperatures of (table 6-19), by the places of sensors here. */
const places: Readonly<Record<number, readonly SensorModel['place'][]>> = { 0x40: ['intake'], 0x41: ['processor'], 0x42: ['board', 'exhaust'] }
const temperatures = (machine: Machine, entity: number) => machine.sensors.filter(({ kind, place }) => kind === 'temperature' && (places[entity] ?? []).includes(place))

export const dcmiCommands: readonly ServedCommand[] = [
  {
    name: 'DCMI Get Capabilities Info',
    netFn: groupExtension,
    cmd: 0x01,
    privilege: 'user',
    leastLength: 2,
    answer(data, { machine: { log } }) {
      const parameter = data[0] === dcmi ? capabilities[data[1]!] : undefined
      return parameter ? ok(Buffer.concat([Buffer.of(dcmi), conformance, parameter(log.capacity)])) : refuse(completion.invalidData)
    },
  },
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
  {
    name: 'DCMI Get Asset Tag',
    netFn: groupExtension,
    cmd: 0x06,
    privilege: 'user',
    leastLength: 3,
    answer: (data, { machine }) => (data[0] === dcmi ? pieceOf(machine.identity.assetTag, data[1]!, data[2]!) : refuse(completion.invalidCommand)),
  },
  {
    name: 'DCMI Get Sensor Info',
    netFn: groupExtension,
    cmd: 0x07,
    privilege: 'user',
    leastLength: 5,
    // §6.5.2: how many there are, how many follow, and their record ids, which are their numbers here.
    answer(data, { machine }) {
      const found = data[0] === dcmi ? temperatures(machine, data[2]!) : []
      const told = found.slice(0, 8)
      return ok(Buffer.concat([Buffer.of(dcmi, found.length, told.length), ...told.map(({ number }) => uint16(number))]))
    },
  },
  {
    name: 'DCMI Get Management Controller Identifier String',
    netFn: groupExtension,
    cmd: 0x09,
    privilege: 'user',
    leastLength: 3,
    answer: (data, { machine }) => (data[0] === dcmi ? pieceOf(`bmc-${machine.identity.serial}`, data[1]!, data[2]!) : refuse(completion.invalidCommand)),
  },
  {
    name: 'DCMI Get Thermal Limit',
    netFn: groupExtension,
    cmd: 0x0c,
    privilege: 'user',
    leastLength: 3,
    // §6.7.2: no action beyond any temperature.
    answer: (data) => (data[0] === dcmi ? ok(Buffer.of(dcmi, 0, 0, 0, 0)) : refuse(completion.invalidCommand)),
  },
  {
    name: 'DCMI Get Temperature Readings',
    netFn: groupExtension,
    cmd: 0x10,
    privilege: 'user',
    leastLength: 5,
    // §6.7.3: how many there are, how many follow, each with bit 7 for what is below zero, and its instance.
    answer(data, { machine }) {
      const found = data[0] === dcmi ? temperatures(machine, data[2]!) : []
      const told = found.slice(0, 8).map((sensor) => {
        const degrees = Math.round(machine.reading(sensor) ?? 0)
        return Buffer.of(Math.min(127, Math.abs(degrees)) | (degrees < 0 ? 0x80 : 0), sensor.instance)
      })
      return ok(Buffer.concat([Buffer.of(dcmi, found.length, told.length), ...told]))
    },
  },
  {
    name: 'DCMI Get Configuration Parameters',
    netFn: groupExtension,
    cmd: 0x13,
    privilege: 'user',
    leastLength: 3,
    answer(data) {
      const parameter = data[0] === dcmi ? configuration[data[1]!] : undefined
      return parameter ? ok(Buffer.concat([Buffer.of(dcmi), conformance, Buffer.from(parameter)])) : refuse(completion.invalidData)
    },
  },
]
