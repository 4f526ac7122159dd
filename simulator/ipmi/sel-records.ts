import type { LogRecord, LogSubject } from '../machine-log.ts'
import type { Machine } from '../machine.ts'
import { toRaw } from './sensor-commands.ts'
import { findSensor, toSeconds } from './served-command.ts'

export const selRecordLength = 16

/** A moment by the BMC's clock as its log counts it: in local time where it is kept so. */
export const toSelSeconds = (machine: Machine, atMs: number): number => toSeconds(atMs + machine.circumstances().selZoneMinutes * 60_000)

/** Sensor type, sensor number, event direction and type, and three bytes of event data (IPMI 2.0 §32.1). */
type EventBytes = readonly [sensorType: number, sensorNumber: number, eventType: number, data1: number, data2: number, data3: number]

const sensorSpecific = 0x6f
const thresholdBased = 0x01
const deasserted = 0x80
const none = 0xff

/** One log record as the 16 bytes of a system event record. */
export function selRecord(machine: Machine, record: LogRecord): Buffer {
  const bytes = Buffer.alloc(selRecordLength)
  bytes.writeUInt16LE(record.id, 0)
  bytes[2] = 0x02
  bytes.writeUInt32LE(toSelSeconds(machine, record.atMs), 3)
  bytes[7] = 0x20
  bytes[9] = 0x04
  bytes.set(eventBytes(machine, record.subject), 10)
  return bytes
}

function eventBytes(machine: Machine, subject: LogSubject): EventBytes {
  switch (subject.what) {
    case 'booted':
      // OS boot: C: boot completed.
      return [0x1f, 0, sensorSpecific, 0x01, none, none]
    case 'poweredOff':
      // Power unit: power off / power down; going away when power comes back.
      return [0x09, 0, sensorSpecific, 0x00, none, none]
    case 'poweredOn':
      return [0x09, 0, sensorSpecific | deasserted, 0x00, none, none]
    case 'restarted':
      // System boot initiated: system restart.
      return [0x1d, 0, sensorSpecific, 0x07, none, none]
    case 'nmi':
      // Critical interrupt: front panel NMI / diagnostic interrupt.
      return [0x13, 0, sensorSpecific, 0x00, none, none]
    case 'logCleared':
      // Event logging disabled: log area reset / cleared.
      return [0x10, 0, sensorSpecific, 0x02, none, none]
    case 'correctableEcc':
      // Memory: correctable ECC; data 3 is what the table says (bits 5:4 are 11b, §29.7): the slot.
      return [0x0c, 0, sensorSpecific, 0x30, none, subject.slot]
    case 'supplyInputLost': {
      const sensor = machine.sensors.find(({ kind, instance }) => kind === 'supply' && instance === subject.supply)
      return [0x08, sensor?.number ?? 0, sensorSpecific | (subject.asserted ? 0 : deasserted), 0x03, none, none]
    }
    case 'temperatureHigh': {
      // Upper non-critical going high, with the reading and the threshold in data 2 and 3.
      const sensor = findSensor(machine, subject.sensor)
      const raw = (value: number) => (sensor ? toRaw(sensor, value) : none)
      return [0x01, subject.sensor, thresholdBased, 0x57, raw(subject.reading), raw(subject.limit)]
    }
  }
}
