import type { HealthReason } from '#lib/domain/health.ts'
import type { PowerState } from '#lib/domain/power.ts'
import { crossed, type PowerDraw, type Sensor } from '#lib/domain/sensor.ts'
import type { HealthReading } from '#lib/redfish/read-health.ts'
import type { SensorSweep as RedfishSweep } from '#lib/redfish/read-sensors.ts'
import type { Sensor as RedfishSensor } from '#lib/redfish/sensor.ts'
import type { SensorSweep } from './bmc.ts'
import { toOptionalText, toPlainText } from './text.ts'
import { withoutNothing } from './without-nothing.ts'

const mostUnread = 50

const levels = { OK: 'ok', Warning: 'warning', Critical: 'critical' } as const

/** What is absent, disabled or waiting has no health of its own. */
const quietStates = new Set(['Absent', 'Disabled', 'StandbyOffline', 'StandbySpare', 'Deferring', 'Quiesced'])

/** A sensor of a Redfish sweep in our words. Its `@odata.id` is its key: unique within a sweep and the same in the next. */
export function toSensor(given: RedfishSensor, power: PowerState): Sensor {
  const sensor: Sensor = {
    key: given.source.slice(0, 400),
    name: toPlainText(given.name),
    kind: given.kind,
    reading: given.reading !== undefined && Number.isFinite(given.reading) ? given.reading : null,
    unit: toOptionalText(given.unit, 20) ?? null,
    ...(given.kind === 'state' && given.state !== undefined ? { states: [toPlainText(given.state, 60)] } : {}),
    health: 'unknown',
    thresholds: given.thresholds,
    source: given.source.slice(0, 400),
  }
  return { ...sensor, health: toHealthLevel(given, sensor, power) }
}

function toHealthLevel(given: RedfishSensor, sensor: Sensor, power: PowerState): Sensor['health'] {
  if (given.state !== undefined && quietStates.has(given.state)) return 'unknown'
  // The BMC knows hysteresis and debouncing; its thresholds speak only where it does not.
  if (given.health !== undefined) return levels[given.health]
  if (sensor.reading === null) return 'unknown'
  return toCrossing(sensor, power)?.level ?? 'ok'
}

/** A host that is off has still fans and no voltages: that is no fault. */
function toCrossing(sensor: Sensor, power: PowerState): HealthReason | null {
  const reason = crossed(sensor)
  return power === 'off' && reason?.code.startsWith('below') ? null : reason
}

/** The sweep and what the BMC holds to be wrong, in our words: a reason that a reading explains carries that reading and its limit. */
export function toSensorSweep(sweep: RedfishSweep, health: HealthReading, power: PowerState): SensorSweep {
  const sensors = sweep.sensors.map((given) => toSensor(given, power))
  const stated = health.reasons.map((reason) => toReason(reason, sensors, power))
  const named = new Set(stated.map((reason) => reason.part))
  const crossings = sensors.flatMap((sensor) => {
    if (named.has(sensor.name) || sensor.health === 'ok' || sensor.health === 'unknown') return []
    const reason = toCrossing(sensor, power)
    return reason === null ? [] : [{ ...reason, level: sensor.health }]
  })
  return {
    sensors,
    reasons: [...stated, ...crossings],
    isHealthKnown: health.health !== undefined,
    watts: sweep.draw?.reading ?? null,
    ...(sweep.draw && { draw: toDraw(sweep.draw) }),
    unread: [...new Set(sweep.failures.map(({ message }) => toPlainText(message, 300)))].slice(0, mostUnread),
  }
}

function toDraw({ reading, average, peak, minutes, limit, capacity }: NonNullable<RedfishSweep['draw']>): PowerDraw {
  return { watts: reading, ...withoutNothing({ average, peak, minutes, limit, capacity }) }
}

function toReason(given: HealthReading['reasons'][number], sensors: readonly Sensor[], power: PowerState): HealthReason {
  const level = levels[given.health]
  const part = toPlainText(given.part)
  for (const sensor of sensors) {
    if (sensor.name !== part || sensor.health !== level) continue
    const crossing = toCrossing(sensor, power)
    if (crossing !== null) return { ...crossing, level }
    if (sensor.states?.[0] !== undefined && sensor.states[0] !== 'Enabled') return { level, code: 'state', part, text: sensor.states[0] }
  }
  // The sentence begins with the part, which has its own place in a reason.
  const said = given.message.startsWith(`${given.part}: `) ? given.message.slice(given.part.length + 2) : given.message
  return { level, code: 'reported', part, text: toPlainText(said) }
}
