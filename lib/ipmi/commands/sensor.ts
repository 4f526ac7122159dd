import { netFns, type Command } from '../command.ts'
import { requireLength } from '../errors.ts'
import { readFactors, readHysteresis, type ConversionFactors, type RawHysteresis, type RawThresholds } from '../sdr/sensor-record.ts'

/** A sensor's number and the logical unit of the BMC in which it lives. */
export type SensorAddress = { readonly number: number; readonly lun: number }

export type SensorReading = {
  readonly raw: number
  /** The BMC says that it has no reading now. */
  readonly isUnavailable: boolean
  readonly isScanning: boolean
  /** Threshold sensors: which thresholds are passed (bits 0–5). Discrete: the asserted states (bits 0–14). */
  readonly states: number
}

const lun = ({ lun }: SensorAddress): number => lun

/** Get Sensor Reading (IPMI 2.0 §35.14). Sensors without states leave the last bytes out. */
export const getSensorReading: Command<SensorAddress, SensorReading> = {
  name: 'Get Sensor Reading',
  netFn: netFns.sensor,
  cmd: 0x2d,
  effect: 'read',
  lun,
  encode: ({ number }) => Buffer.of(number),
  decode: (data) => {
    requireLength(data, 2, 'Get Sensor Reading response')
    return {
      raw: data[0]!,
      isScanning: (data[1]! & 0x40) !== 0,
      isUnavailable: (data[1]! & 0x20) !== 0,
      // Bit 15 is reserved and set by some BMCs.
      states: (data[2] ?? 0) | (((data[3] ?? 0) & 0x7f) << 8),
    }
  },
}

/** Get Sensor Thresholds (IPMI 2.0 §35.9): lower non-critical, critical, non-recoverable, then the upper ones. */
export const getSensorThresholds: Command<SensorAddress, RawThresholds> = {
  name: 'Get Sensor Thresholds',
  netFn: netFns.sensor,
  cmd: 0x27,
  effect: 'read',
  lun,
  encode: ({ number }) => Buffer.of(number),
  decode: (data) => {
    requireLength(data, 7, 'Get Sensor Thresholds response')
    return { mask: data[0]! & 0x3f, values: Buffer.from(data.subarray(1, 7)) }
  },
}

/** Get Sensor Hysteresis (IPMI 2.0 §35.7); FFh in place of a mask, as the specification asks. */
export const getSensorHysteresis: Command<SensorAddress, RawHysteresis> = {
  name: 'Get Sensor Hysteresis',
  netFn: netFns.sensor,
  cmd: 0x25,
  effect: 'read',
  lun,
  encode: ({ number }) => Buffer.of(number, 0xff),
  decode: (data) => {
    requireLength(data, 2, 'Get Sensor Hysteresis response')
    return readHysteresis(data, 0)
  },
}

/** Get Sensor Reading Factors (IPMI 2.0 §35.5): for non-linear sensors, whose factors differ from reading to reading. */
export const getSensorReadingFactors: Command<SensorAddress & { readonly raw: number }, Omit<ConversionFactors, 'linearization'>> = {
  name: 'Get Sensor Reading Factors',
  netFn: netFns.sensor,
  cmd: 0x23,
  effect: 'read',
  lun,
  encode: ({ number, raw }) => Buffer.of(number, raw),
  decode: (data) => {
    requireLength(data, 7, 'Get Sensor Reading Factors response')
    return readFactors(data, 1)
  },
}
