import type { Thresholds } from '#lib/domain/sensor.ts'
import { fanCount } from './fans.ts'
import { drift } from './noise.ts'
import type { Conditions } from './physics.ts'

/** `supply` is the discrete state of a power supply; the others are numbers. */
export type ModelKind = 'temperature' | 'fan' | 'voltage' | 'power' | 'supply'

/** One sensor of the machine, told once for both protocols. */
export interface SensorModel {
  /** 1…254, IPMI's sensor number and the order in Redfish. */
  number: number
  name: string
  kind: ModelKind
  /** What it measures, in words that Redfish's PhysicalContext and IPMI's entity ids are derived from. */
  place: 'intake' | 'exhaust' | 'processor' | 'memory' | 'board' | 'fan' | 'supply' | 'system'
  /** Counts alike parts from 1 (CPU1, CPU2, …). */
  instance: number
  /** The size of one count of the converter, as mantissa and power of ten: readings are multiples of it. */
  step: readonly [mantissa: number, exponent: number]
  thresholds: Thresholds
  /** True for sensors that have no value while the machine is off. */
  needsPower: boolean
  /** The exact value under these conditions, before rounding to a step. */
  measure: (conditions: Conditions, seed: number) => number
}

/** A reading as a BMC gives it: rounded to the converter's step and held within its 8 bits. `null`: not available now. */
export function read(sensor: SensorModel, conditions: Conditions, seed: number): number | null {
  if (sensor.needsPower && !conditions.powered) return null
  const counts = Math.round(sensor.measure(conditions, seed) / stepSize(sensor))
  return fromCounts(sensor, Math.min(sensor.kind === 'temperature' ? 127 : 255, Math.max(0, counts)))
}

/** The value of a number of converter counts, without binary noise in its decimals. */
export function fromCounts(sensor: SensorModel, counts: number): number {
  return Number((counts * stepSize(sensor)).toFixed(Math.max(0, -sensor.step[1])))
}

export function stepSize(sensor: SensorModel): number {
  return sensor.step[0] * 10 ** sensor.step[1]
}

const temperatureStep = [1, 0] as const
const fanStep = [100, 0] as const

function temperature(
  name: string,
  place: SensorModel['place'],
  instance: number,
  upper: readonly [caution: number, critical: number],
  measure: SensorModel['measure'],
  needsPower = true,
): Omit<SensorModel, 'number'> {
  const thresholds = { upperCaution: upper[0], upperCritical: upper[1], upperFatal: upper[1] + 5 }
  return { name, kind: 'temperature', place, instance, step: temperatureStep, thresholds, needsPower, measure }
}

function voltage(name: string, nominal: number, step: readonly [number, number]): Omit<SensorModel, 'number'> {
  const at = (share: number) => Number((Math.round((nominal * share) / (step[0] * 10 ** step[1])) * step[0] * 10 ** step[1]).toFixed(3))
  return {
    name,
    kind: 'voltage',
    place: 'board',
    instance: 1,
    step,
    thresholds: { lowerCritical: at(0.9), lowerCaution: at(0.94), upperCaution: at(1.06), upperCritical: at(1.1) },
    needsPower: true,
    measure: (now, seed) => nominal * (1 + drift(seed + nominal * 7, now.nowMs, 45_000) * 0.012),
  }
}

function fan(instance: number, maxRpm: number): Omit<SensorModel, 'number'> {
  return {
    name: `FAN${instance}`,
    kind: 'fan',
    place: 'fan',
    instance,
    step: fanStep,
    thresholds: { lowerCritical: 500, lowerCaution: 700 },
    needsPower: true,
    measure: (now, seed) => maxRpm * (now.fanDuties[instance - 1] ?? now.fanDuty) * (1 + drift(seed + 40 + instance, now.nowMs, 15_000) * 0.02),
  }
}

function supplyWatts(instance: 1 | 2): Omit<SensorModel, 'number'> {
  return {
    name: `PSU${instance} Input`,
    kind: 'power',
    place: 'supply',
    instance,
    step: [8, 0],
    thresholds: { upperCaution: 1200, upperCritical: 1280 },
    needsPower: false,
    measure: (now) => supplyInputWatts(now, instance),
  }
}

/** The mains power one supply draws: both share the load, a survivor carries it alone; 93 % efficient. */
export function supplyInputWatts(conditions: Conditions, instance: 1 | 2): number {
  if (conditions.inputLost[instance - 1]) return 0
  const alive = conditions.inputLost.filter((lost) => !lost).length
  return conditions.watts / 0.93 / alive
}

/** All the mains power the machine draws, as its meter shows it. */
export function inputWatts(conditions: Conditions): number {
  return Math.round(supplyInputWatts(conditions, 1) + supplyInputWatts(conditions, 2))
}

function supplyStatus(instance: 1 | 2): Omit<SensorModel, 'number'> {
  return {
    name: `PSU${instance} Status`,
    kind: 'supply',
    place: 'supply',
    instance,
    step: [1, 0],
    thresholds: {},
    needsPower: false,
    measure: () => 0,
  }
}

const maxRpm = 16_000
const ripple = (now: Conditions, seed: number, salt: number) => drift(seed + salt, now.nowMs, 60_000)

function basicSensors(): Omit<SensorModel, 'number'>[] {
  return [
    temperature('Inlet Temp', 'intake', 1, [35, 42], (now) => now.inletCelsius, false),
    temperature('CPU1 Temp', 'processor', 1, [85, 95], (now) => now.cpuCelsius),
    temperature('CPU2 Temp', 'processor', 2, [85, 95], (now, seed) => now.cpuCelsius - 2 + ripple(now, seed, 11)),
    temperature('Exhaust Temp', 'exhaust', 1, [65, 75], (now) => now.inletCelsius + (now.cpuCelsius - now.inletCelsius) * 0.45),
    temperature('System Temp', 'board', 1, [75, 85], (now, seed) => now.inletCelsius + 9 + ripple(now, seed, 12)),
    ...Array.from({ length: 8 }, (_, i) =>
      temperature(`DIMM ${'ABCDEFGH'[i]}1 Temp`, 'memory', i + 1, [82, 90], (now, seed) =>
        now.inletCelsius + 8 + now.load * 16 + ripple(now, seed, 20 + i) * 1.5),
    ),
    ...Array.from({ length: fanCount }, (_, i) => fan(i + 1, maxRpm)),
    voltage('P12V', 12, [6, -2]),
    voltage('P5V', 5, [3, -2]),
    voltage('P3V3', 3.3, [2, -2]),
    voltage('CPU1 VCore', 1.8, [1, -2]),
    voltage('CPU2 VCore', 1.8, [1, -2]),
    voltage('VBAT', 3.0, [2, -2]),
    {
      name: 'Total Power',
      kind: 'power',
      place: 'system',
      instance: 1,
      step: [8, 0],
      thresholds: { upperCaution: 1400, upperCritical: 1600 },
      needsPower: false,
      measure: inputWatts,
    },
    supplyWatts(1),
    supplyWatts(2),
    supplyStatus(1),
    supplyStatus(2),
  ]
}

/** The number of sensors a machine has unless told otherwise. */
export const usualSensorCount = basicSensors().length

/** The 100 % mark of the fans, for makes that report percent. */
export const fanMaxRpm = maxRpm

const modelsByCount = new Map<number, readonly SensorModel[]>()

/**
 * The sensors of a machine: the usual ones, then voltage-regulator temperatures until there are `count` (at most 254, as
 * many as IPMI can number; fewer than usual cuts the list, for tests that want a small repository). Machines with the same
 * count share one list: a thousand of them must be cheap.
 */
export function sensorModels(count = usualSensorCount): readonly SensorModel[] {
  const wanted = Math.min(254, Math.max(1, Math.floor(count)))
  const models = modelsByCount.get(wanted) ?? buildModels(wanted)
  modelsByCount.set(wanted, models)
  return models
}

function buildModels(count: number): SensorModel[] {
  const models = basicSensors()
  for (let i = 1; models.length < count; i++) models.push(regulator(i))
  return models.slice(0, count).map(numbered)
}

const numbered = (model: Omit<SensorModel, 'number'>, index: number): SensorModel => ({ ...model, number: index + 1 })

function regulator(instance: number): Omit<SensorModel, 'number'> {
  return temperature(`VRM${instance} Temp`, 'board', instance + 1, [100, 110], (now, seed) =>
    now.inletCelsius + 14 + now.load * 25 + ripple(now, seed, 100 + instance) * 2)
}
