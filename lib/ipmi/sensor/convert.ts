import { signed, type ConversionFactors, type SensorUnits } from '../sdr/sensor-record.ts'

/** From here on (70h non-linear, 71h–7Fh OEM) the factors of the record do not hold (IPMI 2.0 §36.2, §36.4). */
export const firstNonLinear = 0x70

/** L of IPMI 2.0 §36.3, by the number of the record (table 43-1, byte 24). */
const linearizations: readonly ((x: number) => number)[] = [
  (x) => x,
  Math.log,
  Math.log10,
  Math.log2,
  Math.exp,
  (x) => 10 ** x,
  (x) => 2 ** x,
  (x) => 1 / x,
  (x) => x ** 2,
  (x) => x ** 3,
  Math.sqrt,
  Math.cbrt,
]

/**
 * The value of a raw byte, y = L((M·x + B·10^K1)·10^K2), or undefined where the record does not say: no numeric format,
 * a non-linear sensor, or a result that is no number (1/0, log of a negative).
 */
export function convertReading(raw: number, format: SensorUnits['format'], factors: ConversionFactors): number | undefined {
  const x = rawNumber(raw, format)
  const linearize = linearizations[factors.linearization]
  if (x === undefined || !linearize) return undefined
  const value = linearize(scale(x, factors))
  return Number.isFinite(value) ? tidy(value) : undefined
}

/** How far the value may be off: half of `tolerance` raw counts; undefined for anything but a linear sensor. */
export function convertTolerance(factors: ConversionFactors): number | undefined {
  return convertDistance(factors.tolerance / 2, factors)
}

/** So many raw counts as a distance, without the offset; undefined for anything but a linear sensor. */
export function convertDistance(counts: number | undefined, factors: ConversionFactors): number | undefined {
  if (counts === undefined || factors.linearization !== 0) return undefined
  return tidy(Math.abs(factors.m * counts * 10 ** factors.rExponent))
}

export function rawNumber(raw: number, format: SensorUnits['format']): number | undefined {
  switch (format) {
    case 'unsigned':
      return raw
    case 'ones-complement':
      return raw & 0x80 ? -(~raw & 0xff) : raw
    case 'twos-complement':
      return signed(raw, 8)
    case 'none':
      return undefined
  }
}

function scale(x: number, { m, b, bExponent, rExponent }: ConversionFactors): number {
  return (m * x + b * 10 ** bExponent) * 10 ** rExponent
}

/** Powers of ten leave dust in binary fractions (12.060000000000002): twelve digits are more than a byte can hold. */
function tidy(value: number): number {
  return Number(value.toPrecision(12))
}
