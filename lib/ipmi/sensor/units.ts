import type { SensorUnits } from '../sdr/sensor-record.ts'

/** IPMI 2.0 table 43-15, in its order; what it abbreviates is written out where that is how it is read aloud. */
const names = [
  'unspecified', 'degrees C', 'degrees F', 'degrees K', 'Volts', 'Amps', 'Watts', 'Joules', 'Coulombs', 'VA', 'Nits', 'lumen', 'lux',
  'Candela', 'kPa', 'PSI', 'Newton', 'CFM', 'RPM', 'Hz', 'microsecond', 'millisecond', 'second', 'minute', 'hour', 'day', 'week', 'mil',
  'inches', 'feet', 'cu in', 'cu feet', 'mm', 'cm', 'm', 'cu cm', 'cu m', 'liters', 'fluid ounce', 'radians', 'steradians',
  'revolutions', 'cycles', 'gravities', 'ounce', 'pound', 'ft-lb', 'oz-in', 'gauss', 'gilberts', 'henry', 'millihenry', 'farad',
  'microfarad', 'ohms', 'siemens', 'mole', 'becquerel', 'PPM', 'reserved', 'Decibels', 'DbA', 'DbC', 'gray', 'sievert',
  'color temp deg K', 'bit', 'kilobit', 'megabit', 'gigabit', 'byte', 'kilobyte', 'megabyte', 'gigabyte', 'word', 'dword', 'qword',
  'line', 'hit', 'miss', 'retry', 'reset', 'overflow', 'underrun', 'collision', 'packets', 'messages', 'characters', 'error',
  'correctable error', 'uncorrectable error', 'fatal error', 'grams',
] as const

const rates = ['', 'us', 'ms', 's', 'min', 'hour', 'day', ''] as const

const nameOf = (unit: number): string => names[unit] ?? 'unspecified'

/** The unit in words: `degrees C`, `percent`, `RPM`, `byte/s`, `Volts * Amps`. */
export function unitName(units: SensorUnits): string {
  return withRate(withPercentage(combined(units), units), units)
}

function combined(units: SensorUnits): string {
  if (units.modifierRole === 'per') return `${nameOf(units.base)}/${nameOf(units.modifier)}`
  if (units.modifierRole === 'times') return `${nameOf(units.base)} * ${nameOf(units.modifier)}`
  return nameOf(units.base)
}

function withPercentage(name: string, units: SensorUnits): string {
  if (!units.isPercentage) return name
  return units.base === 0 ? 'percent' : `% ${name}`
}

function withRate(name: string, units: SensorUnits): string {
  const rate = rates[units.rate]
  return rate ? `${name}/${rate}` : name
}
