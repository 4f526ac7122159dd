import * as z from 'zod'
import { readAllowable } from './allowable.ts'
import { readLinked } from './collection.ts'
import { findGarbledProperties } from './garbled.ts'
import { RedfishError } from './errors.ts'
import type { Answer } from './exchange.ts'
import { toReason, type Look } from './look.ts'
import { nested, parseLoose, text } from './loose.ts'
import type { RedfishModel } from './model.ts'
import { toSafePath } from './path.ts'
import { say, type Reason } from './reason.ts'
import type { RedfishSession } from './session.ts'
import type { Tree } from './tree.ts'

/** What a Reset action allows. */
export type ResetCapability = {
  /** Where the action is posted; undefined when none is offered. */
  target: string | undefined
  /** ResetType values in the BMC's order. */
  allowed: string[]
  /** How the BMC states them; `unstated`: an action without any list, then nothing may be assumed. */
  stated: 'annotation' | 'ActionInfo' | 'unstated'
  /** Why the BMC may allow more than that: something could not be read or understood. Undefined when all of it could. */
  doubt: Reason | undefined
}

const action = z.looseObject({ target: text }).optional().catch(undefined)
const withActions = z.object({ Actions: nested({ '#ComputerSystem.Reset': action, '#Manager.Reset': action }) })
type ActionName = '#ComputerSystem.Reset' | '#Manager.Reset'

/** The host's reset: one GET of its system, and one of its ActionInfo where only that has the list (AMI, Cray, OpenBMC). */
export async function readResetTypes(model: RedfishModel): Promise<ResetCapability> {
  const tree = await model.tree()
  const failures = tree.lacks.includes('systems') ? [...tree.failures] : []
  const body = tree.system === undefined ? undefined : await model.session.get(tree.system)
  return toCapability('#ComputerSystem.Reset', body, failures, (path) => readLinked(model.session, path, failures))
}

/** The reset of the host's manager, in as many GETs. */
export async function readManagerReset(model: RedfishModel): Promise<ResetCapability> {
  const tree = await model.tree()
  const failures = tree.lacks.includes('managers') ? [...tree.failures] : []
  const [path] = tree.managers
  const body = path === undefined ? undefined : await model.session.get(path)
  return toCapability('#Manager.Reset', body, failures, (info) => readLinked(model.session, info, failures))
}

const manager = z.object({ LastResetTime: text })

/** When the host's manager was last reset, by its own clock, in one GET; undefined where it does not say. */
export async function readManagerStart(model: RedfishModel): Promise<string | undefined> {
  const [path] = (await model.tree()).managers
  return path === undefined ? undefined : parseLoose(manager, await model.session.get(path)).LastResetTime
}

/** The same for a probe, which has read the manager for other abilities already; undefined when it could not be read. */
export async function readManagerAbility(look: Look, { managers, lacks, failures: ofTree }: Tree): Promise<ResetCapability | undefined> {
  const [path] = managers
  const failures = lacks.includes('managers') ? [...ofTree] : []
  const { body, failure } = path === undefined ? { body: undefined, failure: failures[0] } : await look.at(path)
  if (failure !== undefined) return undefined
  return toCapability('#Manager.Reset', body, failures, async (info) => {
    const looked = await look.at(info)
    if (looked.failure !== undefined) failures.push(looked.failure)
    return looked.body
  })
}

/** `failures` may grow while the action's description is read. */
async function toCapability(name: ActionName, body: unknown, failures: readonly RedfishError[], read: (path: string) => Promise<unknown>): Promise<ResetCapability> {
  const offered = parseLoose(withActions, body).Actions?.[name]
  const { values: allowed, stated, isGarbled } = await readAllowable(offered, 'ResetType', read)
  const isOdd = isGarbled || isActionGarbled(body, name)
  const doubt = isOdd ? say('resets-garbled') : failures[0] && toReason(failures[0])
  return { target: toSafePath(offered?.target), allowed, stated, doubt }
}

/** True where an action may be meant that cannot be understood. */
function isActionGarbled(body: unknown, name: ActionName): boolean {
  const actions = (body as { Actions?: Record<string, unknown> } | undefined)?.Actions
  return [
    findGarbledProperties(body, { Actions: 'object' }),
    findGarbledProperties(actions, { [name]: 'object' }),
    findGarbledProperties(actions?.[name], { target: 'word' }),
  ].some((found) => found.length > 0)
}

/** Of the resets of a manager those that start it again, the gentler first: what it has in memory is written down. */
const RESTARTS = ['GracefulRestart', 'ForceRestart'] as const

export const toManagerRestarts = ({ allowed }: ResetCapability): string[] => RESTARTS.filter((type) => allowed.includes(type))

/**
 * Posts one reset, exactly once: no retry, no second login. Read something with the session just before, so that an expired token
 * is renewed by that. The answer says that it was accepted, never that it happened; `toTaskPath` finds the task that it may name.
 * On an error with `notSent` true nothing reached the BMC; on any other, only reading the state tells. Without a type the BMC chooses:
 * of a manager it is optional (DSP0268, Manager.Reset).
 */
export async function reset(session: RedfishSession, target: string, resetType?: string): Promise<Answer> {
  if (resetType !== undefined && !/^[A-Za-z]{1,40}$/.test(resetType)) {
    throw new RedfishError('unsupported', session.address, 'not a reset type', { notSent: true })
  }
  return await session.post(target, resetType === undefined ? {} : { ResetType: resetType })
}
