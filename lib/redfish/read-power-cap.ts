import * as z from 'zod'
import { list, nested, number, parseLoose, text } from './loose.ts'
import { isChangeable, type Look } from './look.ts'
import type { Control } from './read-controls.ts'
import type { ServiceReading } from './read-service.ts'
import { findOwnChassis, type Tree } from './tree.ts'

/** The power cap of the whole node. Without `limit` none is set. */
export type PowerCapReading = ServiceReading & {
  limit: number | undefined
  minimum: number | undefined
  maximum: number | undefined
  unit: string | undefined
  isActive: boolean | undefined
}

type Cap = Pick<PowerCapReading, 'limit' | 'minimum' | 'maximum' | 'unit' | 'isActive'> & { isChangeable: boolean | null }

const metrics = z.object({ PowerLimitWatts: nested({ SetPoint: number, AllowableMin: number, AllowableMax: number, ControlMode: text }) })
const power = z.object({ PowerControl: list })
const control = z.object({ PowerLimit: nested({ LimitInWatts: number }) })

const NONE = { limit: undefined, minimum: undefined, maximum: undefined, unit: undefined, isActive: undefined }

/**
 * By the EnvironmentMetrics of the chassis that the host calls its own, else by a Control of its power, else by the older Power. Whether
 * a limit is taken is known only from `Allow`: a GET shows one that can be set and one that cannot alike.
 */
export async function readPowerCap(look: Look, tree: Tree, controls: readonly Control[]): Promise<PowerCapReading> {
  const chassis = findOwnChassis(tree)
  const cap = (await fromMetrics(look, chassis?.environmentMetrics)) ?? fromControl(controls) ?? (await fromPower(look, chassis?.power))
  if (cap === undefined) return { can: false, reason: 'this BMC tells of no power limit over Redfish', failure: undefined, ...NONE }
  const { isChangeable: can, ...told } = cap
  return { ...told, can, reason: toReason(can, told.limit !== undefined), failure: undefined }
}

function toReason(can: boolean | null, isSet: boolean): string | undefined {
  if (can === null) return `${isSet ? 'the limit can be read' : 'no limit is set'}; whether the BMC takes another shows only by trying`
  return can ? undefined : 'the limit can be read and not changed'
}

async function fromMetrics(look: Look, path: string | undefined): Promise<Cap | undefined> {
  const looked = path === undefined ? undefined : await look.at(path)
  const limit = parseLoose(metrics, looked?.body).PowerLimitWatts
  if (looked === undefined || limit === undefined) return undefined
  const isActive = toActive(limit.ControlMode)
  return { limit: limit.SetPoint, minimum: limit.AllowableMin, maximum: limit.AllowableMax, unit: undefined, isActive, isChangeable: isChangeable(looked) }
}

/** The whole node's: a Control of the chassis and not of a part (Cray's accelerators have their own). */
function fromControl(controls: readonly Control[]): Cap | undefined {
  const one = controls.find(({ type, context }) => type === 'Power' && (context === 'Chassis' || context === undefined))
  if (one === undefined) return undefined
  const { minimum, maximum, unit } = one
  return { limit: one.setPoint === 0 ? undefined : one.setPoint, minimum, maximum, unit, isActive: toActive(one.mode), isChangeable: one.isChangeable }
}

/** The first PowerControl is the whole node's; others are parts of it. */
async function fromPower(look: Look, path: string | undefined): Promise<Cap | undefined> {
  const looked = path === undefined ? undefined : await look.at(path)
  const limit = parseLoose(control, parseLoose(power, looked?.body).PowerControl[0]).PowerLimit
  if (looked === undefined || limit === undefined) return undefined
  return { ...NONE, limit: limit.LimitInWatts === 0 ? undefined : limit.LimitInWatts, isChangeable: isChangeable(looked) }
}

const toActive = (mode: string | undefined) => (mode === undefined ? undefined : mode !== 'Disabled')
