import type { SensorModel } from '../sensors.ts'
import { thresholdMask, toRaw } from './sensor-commands.ts'

const sdrVersion = 0x51
const bmcSlaveAddress = 0x20

/** Entity ids (IPMI 2.0 table 43-13) of the places sensors sit at. */
const entityIds: Record<SensorModel['place'], number> = {
  intake: 0x37,
  exhaust: 0x07,
  processor: 0x03,
  memory: 0x20,
  board: 0x07,
  fan: 0x1d,
  supply: 0x0a,
  system: 0x17,
}

const systemBoardEntity = 0x07
const managementControllerEntity = 0x2e

/** Sensor types (IPMI 2.0 table 42-3) and base units (table 43-15). */
const sensorTypes = { temperature: 0x01, voltage: 0x02, fan: 0x04, power: 0x0b, supply: 0x08 } as const
const baseUnits = { temperature: 1, voltage: 4, fan: 18, power: 6, supply: 0 } as const

const built = new WeakMap<readonly SensorModel[], readonly Buffer[]>()

/** The repository of a machine with these sensors, in record order; the n-th record has id n+1. Machines that share the list share it. */
export function sdrRecords(sensors: readonly SensorModel[]): readonly Buffer[] {
  const known = built.get(sensors)
  if (known) return known
  const bodies = [
    ...sensors.map((sensor) => (sensor.kind === 'supply' ? compactRecord(sensor) : fullRecord(sensor))),
    fruLocator(),
    managementControllerLocator(),
  ]
  const records = bodies.map(({ type, body }, i) => {
    const record = Buffer.alloc(5 + body.length)
    record.writeUInt16LE(i + 1, 0)
    record[2] = sdrVersion
    record[3] = type
    record[4] = body.length
    record.set(body, 5)
    return record
  })
  built.set(sensors, records)
  return records
}

interface Body {
  type: number
  body: Buffer
}

/** The key and entity bytes that full and compact records share (records' bytes 6 to 14, counted from 1). */
function writeSensorHead(body: Buffer, sensor: SensorModel, eventType: number): void {
  body[0] = bmcSlaveAddress
  body[2] = sensor.number
  body[3] = entityIds[sensor.place]
  body[4] = sensor.instance
  // Scanning, events, thresholds, hysteresis, type: all initialised; scanning and events enabled at power-up.
  body[5] = 0x7f
  // Re-arms itself; no hysteresis; thresholds readable.
  body[6] = sensor.kind === 'supply' ? 0x40 : 0x44
  body[7] = sensorTypes[sensor.kind]
  body[8] = eventType
}

/** The thresholds in the order of the record, which is not the order of the masks. */
const storedThresholds = ['upperFatal', 'upperCritical', 'upperCaution', 'lowerFatal', 'lowerCritical', 'lowerCaution'] as const

/** Full sensor record (IPMI 2.0 §43.1); offsets are from the byte after the record header. */
function fullRecord(sensor: SensorModel): Body {
  const body = Buffer.alloc(43 + sensor.name.length)
  writeSensorHead(body, sensor, 0x01)
  const mask = thresholdMask(sensor.thresholds)
  body.writeUInt16LE((mask & 0x07) << 12, 9)
  body.writeUInt16LE((mask & 0x38) << 9, 11)
  body[13] = mask
  const isSigned = sensor.kind === 'temperature'
  body[15] = isSigned ? 0x80 : 0x00
  body[16] = baseUnits[sensor.kind]
  const [mantissa, exponent] = sensor.step
  body[19] = mantissa & 0xff
  body[20] = (mantissa >> 8) << 6
  body[24] = (exponent & 0x0f) << 4
  body[29] = isSigned ? 0x7f : 0xff
  body[30] = isSigned ? 0x80 : 0x00
  storedThresholds.forEach((name, i) => {
    const value = sensor.thresholds[name]
    body[31 + i] = value === undefined ? 0 : toRaw(sensor, value)
  })
  writeText(body, 42, sensor.name)
  return { type: 0x01, body }
}

/** Compact sensor record (IPMI 2.0 §43.2) of a power supply's status: present, failed, input lost. */
function compactRecord(sensor: SensorModel): Body {
  const body = Buffer.alloc(27 + sensor.name.length)
  const states = 0x000b
  writeSensorHead(body, sensor, 0x6f)
  body.writeUInt16LE(states, 9)
  body.writeUInt16LE(states, 11)
  body.writeUInt16LE(states, 13)
  // No analogue reading.
  body[15] = 0xc0
  body[18] = 0x01
  writeText(body, 26, sensor.name)
  return { type: 0x02, body }
}

/** FRU device locator (IPMI 2.0 §43.8) of the one FRU, behind the BMC itself. */
function fruLocator(): Body {
  const name = 'Builtin FRU'
  const body = Buffer.alloc(11 + name.length)
  body[0] = bmcSlaveAddress
  body[2] = 0x80
  body[5] = 0x10
  body[7] = systemBoardEntity
  body[8] = 1
  writeText(body, 10, name)
  return { type: 0x11, body }
}

/** Management controller locator (IPMI 2.0 §43.9): chassis, FRU, SEL, SDR and sensor device. */
function managementControllerLocator(): Body {
  const name = 'BMC'
  const body = Buffer.alloc(11 + name.length)
  body[0] = bmcSlaveAddress
  body[3] = 0x8f
  body[7] = managementControllerEntity
  body[8] = 1
  writeText(body, 10, name)
  return { type: 0x12, body }
}

/** Type and length byte (8-bit ASCII), then the text, of at most 16 bytes. */
function writeText(body: Buffer, offset: number, text: string): void {
  body[offset] = 0xc0 | text.length
  body.write(text, offset + 1, 'latin1')
}
