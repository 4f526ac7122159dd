import { netFns } from '#lib/ipmi/command.ts'
import type { Thresholds } from '#lib/domain/sensor.ts'
import type { Machine } from '../machine.ts'
import { stepSize, type SensorModel } from '../sensors.ts'
import { completion, findSensor, ok, refuse, type ServedCommand } from './served-command.ts'

/** The order of thresholds and of their mask bits everywhere in IPMI (IPMI 2.0 §35.9). */
export const thresholdOrder = ['lowerCaution', 'lowerCritical', 'lowerFatal', 'upperCaution', 'upperCritical', 'upperFatal'] as const

/** A value in the sensor's unit as its raw byte: counts of its step, in two's complement for temperatures. */
export function toRaw(sensor: SensorModel, value: number): number {
  return Math.round(value / stepSize(sensor)) & 0xff
}

export function thresholdMask(thresholds: Thresholds): number {
  return thresholdOrder.reduce((mask, name, bit) => (thresholds[name] === undefined ? mask : mask | (1 << bit)), 0)
}

/** Bits of the power supply's states (IPMI 2.0 table 42-3, sensor type 08h). */
const supplyPresent = 0x01
const supplyInputLost = 0x08

export function supplyStates(machine: Machine, sensor: SensorModel): number {
  return supplyPresent | (machine.circumstances().inputLost[sensor.instance - 1] ? supplyInputLost : 0)
}

const eventsEnabled = 0x80
const scanningEnabled = 0x40
const readingUnavailable = 0x20

export const sensorCommands: readonly ServedCommand[] = [
  {
    name: 'Get Sensor Reading',
    netFn: netFns.sensor,
    cmd: 0x2d,
    privilege: 'user',
    leastLength: 1,
    answer(data, { machine }) {
      const sensor = findSensor(machine, data[0]!)
      if (!sensor) return refuse(completion.notPresent)
      if (sensor.kind === 'supply') return ok(Buffer.of(0, eventsEnabled | scanningEnabled, supplyStates(machine, sensor), 0x80))
      const reading = machine.reading(sensor)
      if (reading === null) return ok(Buffer.of(0, eventsEnabled | scanningEnabled | readingUnavailable, 0xc0))
      return ok(Buffer.of(toRaw(sensor, reading), eventsEnabled | scanningEnabled, 0xc0 | reached(sensor, reading)))
    },
  },
  {
    name: 'Get Sensor Thresholds',
    netFn: netFns.sensor,
    cmd: 0x27,
    privilege: 'user',
    leastLength: 1,
    answer(data, { machine }) {
      const sensor = findSensor(machine, data[0]!)
      if (!sensor) return refuse(completion.notPresent)
      const values = thresholdOrder.map((name) => sensor.thresholds[name])
      return ok(Buffer.of(thresholdMask(sensor.thresholds), ...values.map((value) => (value === undefined ? 0 : toRaw(sensor, value)))))
    },
  },
  {
    name: 'Get Sensor Hysteresis',
    netFn: netFns.sensor,
    cmd: 0x25,
    privilege: 'user',
    leastLength: 1,
    answer: (data, { machine }) => (findSensor(machine, data[0]!) ? ok(Buffer.of(0, 0)) : refuse(completion.notPresent)),
  },
]

/** Which thresholds a reading is at or beyond (IPMI 2.0 table 35-15, byte 4). */
function reached({ thresholds }: SensorModel, reading: number): number {
  return thresholdOrder.reduce((mask, name, bit) => {
    const limit = thresholds[name]
    if (limit === undefined) return mask
    return (name.startsWith('upper') ? reading >= limit : reading <= limit) ? mask | (1 << bit) : mask
  }, 0)
}
