import type { PowerCap } from '../power-cap.ts'
import { errorAnswer, valueNotInList, type Answer } from './errors.ts'
import type { Resource, Subject } from './resource.ts'

/** EnvironmentMetrics.PowerLimitWatts (DSP0268, a Control excerpt). */
export const toLimitResource = ({ watts, isActive, minimum, maximum }: PowerCap): Resource => ({
  SetPoint: isActive ? watts : null,
  ControlMode: isActive ? 'Automatic' : 'Disabled',
  AllowableMin: minimum,
  AllowableMax: maximum,
})

const metricsPath = ({ paths }: Subject) => `${paths.chassis}/EnvironmentMetrics`
const powerPath = ({ paths }: Subject) => `${paths.chassis}/Power`

export const isPowerCapPath = (subject: Subject, path: string): boolean => path === metricsPath(subject) || path === powerPath(subject)

/** A PATCH of whichever of the two resources holds the cap. */
export function patchPowerCap({ machine: { powerCap } }: Subject, { PowerLimitWatts: limit, PowerControl: controls }: Resource): Answer {
  if (isObject(limit)) return setLimit(powerCap, limit)
  const [first] = Array.isArray(controls) ? (controls as unknown[]) : []
  const held = isObject(first) ? first.PowerLimit : undefined
  if (!isObject(held) || held.LimitInWatts === undefined) return errorAnswer(400, 'PropertyMissing', 'The property PowerLimit is a required property and must be included in the request.', ['PowerLimit'])
  return held.LimitInWatts === null ? lift(powerCap) : hold(powerCap, held.LimitInWatts, 'LimitInWatts')
}

function setLimit(cap: PowerCap, { SetPoint: watts, ControlMode: mode }: Resource): Answer {
  if (mode === 'Disabled') return lift(cap)
  return mode === undefined || mode === 'Automatic' ? hold(cap, watts, 'SetPoint') : valueNotInList(String(mode), 'ControlMode')
}

function lift(cap: PowerCap): Answer {
  cap.isActive = false
  return { status: 204 }
}

function hold(cap: PowerCap, watts: unknown, property: string): Answer {
  if (typeof watts !== 'number' || watts < cap.minimum || watts > cap.maximum) {
    return errorAnswer(400, 'PropertyValueOutOfRange', `The value of the property ${property} is out of range.`, [property])
  }
  Object.assign(cap, { watts, isActive: true })
  return { status: 204 }
}

const isObject = (value: unknown): value is Resource => typeof value === 'object' && value !== null && !Array.isArray(value)
