import { describe, expect, test } from 'vitest'
import { readFactors, type ConversionFactors, type SensorUnits } from '../sdr/sensor-record.ts'
import { convertReading } from './convert.ts'
import { decodeStates, sensorTypeName } from './states.ts'
import { thresholdState } from './thresholds.ts'
import { unitName } from './units.ts'

const linear: ConversionFactors = { linearization: 0, m: 1, b: 0, bExponent: 0, rExponent: 0, tolerance: 0 }
const convert = (raw: number, factors: Partial<ConversionFactors>, format: SensorUnits['format'] = 'unsigned') =>
  convertReading(raw, format, { ...linear, ...factors })

describe('y = L((M·x + B·10^K1)·10^K2)', () => {
  test.each([
    { raw: 201, factors: { m: 60, rExponent: -3 }, value: 12.06 }, // no binary dust
    { raw: 112, factors: { m: 14 }, value: 1568 },
    { raw: 10, factors: { m: 5, b: 3, bExponent: 2, rExponent: -1 }, value: 35 }, // (50 + 300) / 10
    { raw: 10, factors: { m: -2, b: -5 }, value: -25 },
    { raw: 0, factors: { m: 0, b: 511, bExponent: 7, rExponent: 7 }, value: 511e14 },
  ])('$raw with $factors is $value', ({ raw, factors, value }) => {
    expect(convert(raw, factors)).toBe(value)
  })

  test.each([
    { format: 'unsigned', raw: 0xff, value: 255 },
    { format: 'twos-complement', raw: 0xff, value: -1 },
    { format: 'twos-complement', raw: 0x80, value: -128 },
    { format: 'ones-complement', raw: 0xfe, value: -1 },
    { format: 'ones-complement', raw: 0x80, value: -127 },
    { format: 'ones-complement', raw: 0xff, value: 0 },
    { format: 'none', raw: 1, value: undefined },
  ] as const)('$format $raw is $value', ({ format, raw, value }) => {
    expect(convert(raw, {}, format)).toBe(value)
  })

  test.each([
    [1, 100, 4.60517018599], // ln
    [2, 100, 2], // log10
    [3, 8, 3], // log2
    [4, 0, 1], // e^x
    [5, 2, 100], // 10^x
    [6, 8, 256], // 2^x
    [7, 4, 0.25], // 1/x
    [8, 7, 49], // x²
    [9, 3, 27], // x³
    [10, 49, 7], // √x
    [11, 27, 3], // ∛x
  ])('linearization %i of %i is %f', (linearization, raw, value) => {
    expect(convert(raw, { linearization })).toBe(value)
  })

  test('what is no number is no value', () => {
    expect(convert(0, { linearization: 7 })).toBeUndefined()
    expect(convert(0, { linearization: 1 })).toBeUndefined()
    expect(convert(1, { m: -1, linearization: 10 })).toBeUndefined()
    expect(convert(1, { linearization: 12 })).toBeUndefined()
    expect(convert(1, { linearization: 0x70 })).toBeUndefined()
  })

  test('M and B have ten signed bits, the exponents four', () => {
    // M 3FFh, tolerance 1, B 200h, accuracy, R exponent Fh, B exponent 8h
    expect(readFactors(Buffer.of(0xff, 0xc1, 0x00, 0x80, 0x00, 0xf8), 0)).toEqual({ m: -1, tolerance: 1, b: -512, rExponent: -1, bExponent: -8 })
    expect(readFactors(Buffer.of(0xff, 0x40, 0xff, 0x40, 0x00, 0x77), 0)).toEqual({ m: 511, tolerance: 0, b: 511, rExponent: 7, bExponent: 7 })
  })
})

test('units in words', () => {
  const none: SensorUnits = { format: 'unsigned', base: 0, modifier: 0, modifierRole: 'none', rate: 0, isPercentage: false }
  expect(unitName({ ...none, base: 1 })).toBe('degrees C')
  expect(unitName({ ...none, base: 18 })).toBe('RPM')
  expect(unitName({ ...none, isPercentage: true })).toBe('percent')
  expect(unitName({ ...none, base: 70, rate: 3 })).toBe('byte/s')
  expect(unitName({ ...none, base: 4, modifier: 5, modifierRole: 'times' })).toBe('Volts * Amps')
  expect(unitName({ ...none, base: 2, modifier: 22, modifierRole: 'per' })).toBe('degrees F/second')
  expect(unitName({ ...none, base: 92 })).toBe('grams')
  expect(unitName({ ...none, base: 250 })).toBe('unspecified')
})

test('discrete states in words, with what they mean', () => {
  // Power supply (08h), sensor-specific: present, failed, input lost
  expect(decodeStates(0x6f, 0x08, 0b1011)).toEqual([
    { bit: 0, text: 'Presence detected', severity: 'ok' },
    { bit: 1, text: 'Failure detected', severity: 'critical' },
    { bit: 3, text: 'Power Supply AC lost', severity: 'critical' },
  ])
  // Redundancy (generic 0Bh) lost
  expect(decodeStates(0x0b, 0x08, 0b10)).toEqual([{ bit: 1, text: 'Redundancy Lost', severity: 'critical' }])
  // OEM type: nothing is known but the number; bit 15 is reserved
  expect(decodeStates(0x70, 0xc0, 0x8004)).toEqual([{ bit: 2, text: 'State 2', severity: 'ok' }])
  expect(sensorTypeName(0x0d)).toBe('Drive Slot')
  expect(sensorTypeName(0xc5)).toBe('OEM')
})

test('the worst passed threshold counts', () => {
  expect([0, 0x01, 0x08, 0x02, 0x12, 0x20, 0x3f].map(thresholdState)).toEqual([
    'ok', 'non-critical', 'non-critical', 'critical', 'critical', 'non-recoverable', 'non-recoverable',
  ])
})
