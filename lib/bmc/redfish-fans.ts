import { toFanObjection, type FanControl, type FanOrder, type FanReading } from '#lib/domain/fan.ts'
import type { Sensor } from '#lib/domain/sensor.ts'
import type { RedfishError } from '#lib/redfish/errors.ts'
import { numberBeside, toControlPatch, toControlRelease, toFormPatch, type FanPatch, type FanRoute } from '#lib/redfish/fan-route.ts'
import type { FanAnswer } from './bmc.ts'
import { BmcError } from './errors.ts'
import { levelZone, toFanControl, toFormMode, toModePatch, toZoneId } from './redfish-fan-control.ts'

/** What is read of the fans, from a sweep of the sensors and the way to them. */
export function toFanReading(route: FanRoute | undefined, sensors: readonly Sensor[], unread: readonly string[]): FanReading {
  const control = route && toFanControl(route)
  const duties = route === undefined ? {} : toDuties(route)
  const zone = control?.zones.length === 1 ? control.zones[0]!.id : null
  return {
    takenAt: new Date().toISOString(),
    mode: route === undefined ? null : toMode(route),
    duties,
    fans: toFans(sensors, zone),
    temperatures: sensors.flatMap(({ key, name, kind, reading }) => (kind === 'temperature' ? [{ key, name, celsius: reading }] : [])),
    switches: {},
    unread: [...unread],
  }
}

/** A fan may be told twice, by its speed and by its duty, under one name. */
function toFans(sensors: readonly Sensor[], zone: string | null): FanReading['fans'] {
  const byName = new Map<string, FanReading['fans'][number]>()
  for (const { name, kind, unit, reading } of sensors) {
    if (kind !== 'fan') continue
    const known = byName.get(name) ?? { name, rpm: null, percent: null, zone }
    byName.set(name, unit === '%' ? { ...known, percent: reading } : { ...known, rpm: reading })
  }
  return [...byName.values()]
}

function toMode(route: FanRoute): string | null {
  if (route.kind === 'form') return toFormMode(route)
  const modes = route.controls.flatMap(({ mode }) => mode ?? [])
  if (modes.length === 0) return null
  return modes.some((mode) => mode !== 'Automatic') ? 'manual' : 'automatic'
}

function toDuties(route: FanRoute): Record<string, number> {
  if (route.kind === 'control') return Object.fromEntries(route.controls.flatMap(({ path, setPoint }) => (setPoint === undefined ? [] : [[toZoneId(path), setPoint]])))
  const level = numberBeside(route, route.form.level?.property)
  return level === undefined ? {} : { [levelZone]: level }
}

/** What a service answers that has no such change at all, whoever asks (DSP0266 §13, DSP0268 Base message registry). */
const closedStatus: ReadonlySet<number> = new Set([405, 501])
const closedCode = /(?:^|\.)(?:PropertyNotWritable|PropertyUnknown|ActionNotSupported|ResourceNotWritable)$/

/** Will this firmware refuse it again, whatever value is asked for and with whatever account? */
export const isClosed = ({ status, codes }: Pick<RedfishError, 'status' | 'codes'>): boolean =>
  closedStatus.has(status ?? 0) || (status !== undefined && status >= 400 && status < 500 && codes.some((code) => closedCode.test(code)))

/**
 * Tells the fans, one PATCH after the other, until one of them is not taken. Nothing has left where it rejects. Only of the first is a no one for
 * good: after it the BMC has taken a part.
 */
export async function setRedfishFans(route: FanRoute | undefined, address: string, order: FanOrder, send: (patch: FanPatch) => Promise<FanAnswer>): Promise<FanAnswer> {
  if (route === undefined) throw new BmcError('unsupported', address, `${address}: over Redfish this BMC tells of no way to its fans`)
  const control = toFanControl(route)
  const objection = toFanObjection(order, control)
  if (objection !== null) throw new BmcError('failed', address, `${address}: ${objection}`)
  for (const [i, patch] of toPatches(route, order, control).entries()) {
    const answer = await send(patch)
    if (answer.kind === 'unsupported' && i > 0) return { ...answer, kind: 'rejected' }
    if (answer.kind !== 'accepted') return answer
  }
  return { kind: 'accepted' }
}

function toPatches(route: FanRoute, order: FanOrder, control: FanControl): FanPatch[] {
  if (order.kind === 'duty') {
    if (route.kind === 'control') return route.controls.flatMap((one) => (order.duties[toZoneId(one.path)] === undefined ? [] : [toControlPatch(one, order.duties[toZoneId(one.path)]!)]))
    const { level } = route.form
    return level === undefined ? [] : [toFormPatch(route, { ...level.along, [level.property]: order.duties[levelZone] })]
  }
  if (route.kind === 'control') return route.controls.flatMap((one) => toControlRelease(one) ?? [])
  const word = order.kind === 'mode' ? order.mode : control.automatic
  return word === null ? [] : [toModePatch(route, word)]
}
