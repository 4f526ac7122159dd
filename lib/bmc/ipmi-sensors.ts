import type { HealthReason } from '#lib/domain/health.ts'
import { crossed, type Sensor, type SensorKind, type Thresholds } from '#lib/domain/sensor.ts'
import type { SensorValue } from '#lib/ipmi/sensor/read.ts'
import type { Thresholds as IpmiThresholds, ThresholdState } from '#lib/ipmi/sensor/thresholds.ts'
import { toPlainText } from './text.ts'

type Scale = { kind: SensorKind; unit: string | null; convert?: (value: number) => number }

/** Units as IPMI names them (IPMI 2.0 table 43-15), in ours. */
const scales: Record<string, Scale> = {
  'degrees C': { kind: 'temperature', unit: '°C' },
  'degrees F': { kind: 'temperature', unit: '°C', convert: (value) => tidy(((value - 32) * 5) / 9) },
  'degrees K': { kind: 'temperature', unit: '°C', convert: (value) => tidy(value - 273.15) },
  Volts: { kind: 'voltage', unit: 'V' },
  Amps: { kind: 'current', unit: 'A' },
  Watts: { kind: 'power', unit: 'W' },
  Joules: { kind: 'energy', unit: 'J' },
  RPM: { kind: 'fan', unit: 'RPM' },
}

const tidy = (value: number) => Number(value.toPrecision(6))

function toScale(value: SensorValue): Scale {
  if (value.kind === 'discrete') return { kind: 'state', unit: null }
  const scale = scaleOf(value.unit ?? '')
  return scale.kind === 'percent' && value.sensorType === 'Fan' ? { ...scale, kind: 'fan' } : scale
}

/** What a unit of IPMI is in ours, and how to get there. */
export function scaleOf(unit: string): Scale {
  const known = scales[unit]
  if (known !== undefined) return known
  if (unit === 'percent') return { kind: 'percent', unit: '%' }
  return { kind: 'other', unit: unit === '' || unit === 'unspecified' ? null : toPlainText(unit, 30) }
}

const levels: Record<ThresholdState, Sensor['health']> = { ok: 'ok', 'non-critical': 'warning', critical: 'critical', 'non-recoverable': 'critical' }
const rank = { ok: 0, warning: 1, critical: 2 } as const

function toHealthLevel(value: SensorValue): Sensor['health'] {
  if (!value.available) return 'unknown'
  if (value.thresholdState !== undefined) return levels[value.thresholdState]
  return value.states.reduce<keyof typeof rank>((worst, { severity }) => (rank[severity] > rank[worst] ? severity : worst), 'ok')
}

const thresholdNames = {
  lowerNonCritical: 'lowerCaution',
  lowerCritical: 'lowerCritical',
  lowerNonRecoverable: 'lowerFatal',
  upperNonCritical: 'upperCaution',
  upperCritical: 'upperCritical',
  upperNonRecoverable: 'upperFatal',
} as const satisfies Record<keyof IpmiThresholds, keyof Thresholds>

function toThresholds(given: IpmiThresholds, { convert = (value) => value }: Scale): Thresholds {
  const entries = Object.entries(given).map(([name, value]) => [thresholdNames[name as keyof IpmiThresholds], convert(value)])
  return Object.fromEntries(entries) as Thresholds
}

const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0')

/**
 * IPMI sensors in our words, in the order of their records. The key is the sensor's number and name, which outlive a new SDR repository
 * (record ids do not); a second sensor of the same number and name gets `#2`.
 */
export function toSensors(values: readonly SensorValue[]): Sensor[] {
  const seen = new Map<string, number>()
  return values.map((value) => {
    const name = toPlainText(value.name, 60) || `Sensor ${hex(value.number, 2)}h`
    const plainKey = `${hex(value.number, 2)}/${name}`
    const count = (seen.get(plainKey) ?? 0) + 1
    seen.set(plainKey, count)
    const scale = toScale(value)
    const reading = value.available && value.value !== undefined ? (scale.convert ?? ((same) => same))(value.value) : null
    return {
      key: count === 1 ? plainKey : `${plainKey}#${count}`,
      name,
      kind: scale.kind,
      reading,
      unit: scale.unit,
      ...(value.kind === 'discrete' ? { states: value.states.map(({ text }) => toPlainText(text, 80)) } : {}),
      health: toHealthLevel(value),
      thresholds: toThresholds(value.thresholds, scale),
      source: `SDR 0x${hex(value.recordId, 4)}`,
    }
  })
}

/** Why a node is not well, by what its sensors say: a threshold with the reading and the limit, a state in its words. */
export function toReasons(values: readonly SensorValue[], sensors: readonly Sensor[]): HealthReason[] {
  return sensors.flatMap((sensor, i): HealthReason[] => {
    const level = sensor.health
    if (level !== 'warning' && level !== 'critical') return []
    const crossing = crossed(sensor)
    if (crossing !== null) return [{ ...crossing, level }]
    const text = values[i]!.states.filter(({ severity }) => severity === level).map((state) => toPlainText(state.text, 80)).join(', ')
    if (text !== '') return [{ level, code: 'state', part: sensor.name, text }]
    return [{ level, code: 'reported', part: sensor.name, ...(sensor.reading === null ? {} : { reading: sensor.reading, unit: sensor.unit ?? undefined }) }]
  })
}

/**
 * Names that makers give to the draw of the whole system, in the order of trust. A sensor of one supply, processor or slot is not it.
 * Dell `Pwr Consumption`, HPE `Power Meter`, Inspur `Total_Power`, Huawei `Power`, H3C `PWR_Total`, Lenovo `Sys Power`, Sugon `SYS_POWER`.
 */
const systemPower = [/^(total|sys(tem)?|node|chassis)[ _-]?(p(o)?we?r|watts|consumption)/i, /^p(o)?we?r[ _-]?(total|consumption|meter)/i, /^(p(o)?we?r|system level)$/i]

/** The watts of the whole system by its own sensor, or null. */
export function toSystemWatts(sensors: readonly Sensor[]): number | null {
  const powers = sensors.filter((sensor) => sensor.kind === 'power' && sensor.reading !== null && sensor.reading > 0)
  for (const pattern of systemPower) {
    const found = powers.filter((sensor) => pattern.test(sensor.name))
    if (found.length === 1) return found[0]!.reading
  }
  return null
}
