import * as z from 'zod'
import { toGarbled } from './collection.ts'
import type { RedfishError } from './errors.ts'
import { findGarbledProperties, toGarbledReason } from './garbled.ts'
import { findGarbled } from './legacy-thermal.ts'
import { anything, list, nested, number, parseLoose, text } from './loose.ts'
import { isChangeable, isForLicence, toReason, type Look, type Looked } from './look.ts'
import { findOemProperty } from './oem-action.ts'
import type { Control, Controls } from './read-controls.ts'
import type { ServiceReading } from './read-service.ts'
import { say, type Said } from './reason.ts'
import { status } from './status.ts'
import { findOwnChassis, type Tree } from './tree.ts'

/** The power cap of the whole node. Without `limit` none is set. */
export type PowerCapReading = ServiceReading & {
  limit: number | undefined
  minimum: number | undefined
  maximum: number | undefined
  unit: string | undefined
  isActive: boolean | undefined
}

/** Where a cap stands: the property of EnvironmentMetrics, a Control, or the older Power. */
export type CapWay = 'metrics' | 'control' | 'power'

type Cap = Pick<PowerCapReading, 'limit' | 'minimum' | 'maximum' | 'unit' | 'isActive'> & { isChangeable: boolean | null; path: string; way: CapWay }

const metrics = z.object({ PowerLimitWatts: nested({ SetPoint: number, AllowableMin: number, AllowableMax: number, ControlMode: text }) })
const power = z.object({ PowerControl: list })
const control = z.object({ Status: status, PowerLimit: nested({ LimitInWatts: number }), Oem: anything })
const ownRange = z.object({ Min: number, Max: number, MinLimitInWatts: number, MaxLimitInWatts: number })
const owned = z.object({ Oem: anything })

const NONE = { limit: undefined, minimum: undefined, maximum: undefined, unit: undefined, isActive: undefined }

/**
 * By the EnvironmentMetrics of the chassis that the host calls its own, else by a Control of its power, else by the older Power. Whether
 * a limit is taken is known only from `Allow`: a GET shows one that can be set and one that cannot alike.
 */
export async function readPowerCap(look: Look, tree: Tree, controls: Controls): Promise<PowerCapReading> {
  const { cap, doubts } = await findPowerCap(look, tree, controls)
  // A limit that is told is one; that there is none is known only when nothing was missed on the way.
  if (cap?.limit === undefined && doubts[0] !== undefined) return { can: isForLicence(doubts[0]) ? false : null, reason: toReason(doubts[0]), failure: doubts[0], ...NONE }
  if (cap === undefined) return { can: false, reason: say('cap-untold'), failure: undefined, ...NONE }
  const { isChangeable: can, path: _path, way, ...told } = cap
  const isActive = told.isActive ?? (way === 'power' ? await readOwnState(look, tree.system) : undefined)
  return { ...told, isActive, can, reason: toDoubt(can, told.limit !== undefined), failure: undefined }
}

/** The cap with the resource that holds it; undefined where none is told of. `doubts`: why there may yet be one. */
export async function findPowerCap(look: Look, tree: Tree, { controls, failures }: Controls): Promise<{ cap: Cap | undefined; doubts: RedfishError[] }> {
  const chassis = findOwnChassis(tree)
  const doubts: RedfishError[] = tree.lacks.length + tree.gone.length > 0 ? [...tree.failures, ...failures] : [...failures]
  const cap = (await fromMetrics(look, chassis?.environmentMetrics, doubts)) ?? fromControl(controls) ?? (await fromPower(look, chassis?.power, doubts))
  return { cap, doubts }
}

function toDoubt(can: boolean | null, isSet: boolean): Said | undefined {
  if (can === null) return say(isSet ? 'cap-by-trying' : 'cap-unset-by-trying')
  return can ? undefined : say('cap-fixed')
}

async function lookAt(look: Look, path: string | undefined, doubts: RedfishError[], findOdd: (body: unknown) => string[]): Promise<Looked | undefined> {
  const looked = path === undefined ? undefined : await look.at(path)
  if (looked?.failure !== undefined) doubts.push(looked.failure)
  const odd = toGarbledReason(findOdd(looked?.body))
  if (odd !== undefined) doubts.push(toGarbled(look.session, path!, odd.text))
  return looked
}

/** The limit by the property that holds it, and what in that holds the watts. */
const findOddLimit = (body: unknown, property: string, watts: string) => [
  ...findGarbledProperties(body, { [property]: 'object' }),
  ...findGarbledProperties((body as Record<string, unknown> | undefined)?.[property], { [watts]: 'word' }),
]

async function fromMetrics(look: Look, path: string | undefined, doubts: RedfishError[]): Promise<Cap | undefined> {
  const looked = await lookAt(look, path, doubts, (body) => findOddLimit(body, 'PowerLimitWatts', 'SetPoint'))
  const limit = parseLoose(metrics, looked?.body).PowerLimitWatts
  if (looked === undefined || limit === undefined) return undefined
  const isActive = toActive(limit.ControlMode)
  return { limit: limit.SetPoint, minimum: limit.AllowableMin, maximum: limit.AllowableMax, unit: undefined, isActive, isChangeable: isChangeable(looked), path: path!, way: 'metrics' }
}

/** The whole node's: a Control of the chassis and not of a part (Cray's accelerators have their own). */
function fromControl(controls: readonly Control[]): Cap | undefined {
  const one = controls.find(({ type, context }) => type === 'Power' && (context === 'Chassis' || context === undefined))
  if (one === undefined) return undefined
  const { minimum, maximum, unit } = one
  return { limit: one.setPoint === 0 ? undefined : one.setPoint, minimum, maximum, unit, isActive: toActive(one.mode), isChangeable: one.isChangeable, path: one.path, way: 'control' }
}

/** The first PowerControl is the whole node's; others are parts of it. */
async function fromPower(look: Look, path: string | undefined, doubts: RedfishError[]): Promise<Cap | undefined> {
  const toFirst = (body: unknown) => parseLoose(power, body).PowerControl[0]
  const looked = await lookAt(look, path, doubts, (body) => [...findGarbled(body, ['PowerControl']), ...findOddLimit(toFirst(body), 'PowerLimit', 'LimitInWatts')])
  const { Status, PowerLimit: limit, Oem } = parseLoose(control, toFirst(looked?.body))
  if (looked === undefined || limit === undefined) return undefined
  const isActive = Status.state === 'Disabled' ? false : undefined
  return { ...NONE, ...toOwnRange(Oem), isActive, limit: limit.LimitInWatts === 0 ? undefined : limit.LimitInWatts, isChangeable: isChangeable(looked), path: path!, way: 'power' }
}

/** DSP0268 has no range for this one; Cray and Gigabyte (PowerLimit.Min and Max) and Lenovo (PowerUtilization) tell theirs beside it. */
function toOwnRange(oem: unknown): Pick<Cap, 'minimum' | 'maximum'> {
  const { Min, Max, MinLimitInWatts, MaxLimitInWatts } = parseLoose(ownRange, findOemProperty(oem, /^(?:PowerLimit|PowerUtilization)$/)?.value)
  const [minimum, maximum] = [Min ?? MinLimitInWatts, Max ?? MaxLimitInWatts]
  return minimum !== undefined && maximum !== undefined && minimum < maximum ? { minimum, maximum } : { minimum: undefined, maximum: undefined }
}

/**
 * A limit that is told is in force (DSP0268), but not to Dell, where a word of the maker's says so (DellSystem.PowerCapEnabledState). For people alone:
 * it is part of an inventory, and may lag behind a cap that was just set.
 */
async function readOwnState(look: Look, system: string | undefined): Promise<boolean | undefined> {
  const { Oem } = parseLoose(owned, system === undefined ? undefined : (await look.at(system)).body)
  const word = findOemProperty(Oem, /^PowerCapEnabledState$/)?.value
  return word === 'Enabled' || word === 'Disabled' ? word === 'Enabled' : undefined
}

const toActive = (mode: string | undefined) => (mode === undefined ? undefined : mode !== 'Disabled')
