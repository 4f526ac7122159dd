import { expect, test } from 'vitest'
import { getSensorHysteresis } from './sensor.ts'

test('Get Sensor Hysteresis (IPMI 2.0 §35.7): number and FFh; positive, negative, FFh where there is none', () => {
  expect(getSensorHysteresis.encode({ number: 0x30, lun: 0 })).toEqual(Buffer.of(0x30, 0xff))
  expect(getSensorHysteresis.lun?.({ number: 0x30, lun: 1 })).toBe(1)
  expect(getSensorHysteresis.decode(Buffer.of(2, 0xff))).toEqual({ positive: 2, negative: undefined })
  expect(() => getSensorHysteresis.decode(Buffer.of(2))).toThrow(/too short/)
})
