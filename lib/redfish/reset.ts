import * as z from 'zod'
import { readAllowable } from './allowable.ts'
import { readLinked } from './collection.ts'
import { findGarbledProperties } from './garbled.ts'
import { RedfishError } from './errors.ts'
import type { Answer } from './exchange.ts'
import { toReason } from './look.ts'
import { nested, parseLoose, text } from './loose.ts'
import type { RedfishModel } from './model.ts'
import { toSafePath } from './path.ts'
import type { RedfishSession } from './session.ts'

/** What the host's `ComputerSystem.Reset` allows. */
export type ResetCapability = {
  /** Where the action is posted; undefined when the system offers no reset. */
  target: string | undefined
  /** ResetType values in the BMC's order. */
  allowed: string[]
  /** How the BMC states them; `unstated`: an action without any list, then nothing may be assumed. */
  stated: 'annotation' | 'ActionInfo' | 'unstated'
  /** Why the BMC may allow more than that: something could not be read or understood. Undefined when all of it could. */
  doubt: string | undefined
}

const systemActions = z.object({ Actions: nested({ '#ComputerSystem.Reset': z.looseObject({ target: text }).optional().catch(undefined) }) })

/** One GET of the host system, and one of its ActionInfo where only that has the list (AMI, Cray, OpenBMC). */
export async function readResetTypes(model: RedfishModel): Promise<ResetCapability> {
  const tree = await model.tree()
  const failures = tree.lacks.includes('systems') ? [...tree.failures] : []
  const body = tree.system === undefined ? undefined : await model.session.get(tree.system)
  const { Actions } = parseLoose(systemActions, body)
  const action = Actions?.['#ComputerSystem.Reset']
  const target = toSafePath(action?.target)
  const { values: allowed, stated, isGarbled } = await readAllowable(action, 'ResetType', (path) => readLinked(model.session, path, failures))
  const isOdd = isGarbled || isActionGarbled(body)
  return { target, allowed, stated, doubt: isOdd ? 'what this BMC says of its resets cannot be understood, wholly or in part' : failures[0] && toReason(failures[0]) }
}

/** True where an action may be meant that cannot be understood. */
function isActionGarbled(body: unknown): boolean {
  const actions = (body as { Actions?: Record<string, unknown> } | undefined)?.Actions
  return [
    findGarbledProperties(body, { Actions: 'object' }),
    findGarbledProperties(actions, { '#ComputerSystem.Reset': 'object' }),
    findGarbledProperties(actions?.['#ComputerSystem.Reset'], { target: 'word' }),
  ].some((found) => found.length > 0)
}

/**
 * Posts one reset, exactly once: no retry, no second login. Read something with the session just before, so that an expired token
 * is renewed by that. The answer says that it was accepted, never that it happened; `toTaskPath` finds the task that it may name.
 * On an error with `notSent` true nothing reached the BMC; on any other, only reading the state tells.
 */
export async function reset(session: RedfishSession, target: string, resetType: string): Promise<Answer> {
  if (!/^[A-Za-z]{1,40}$/.test(resetType)) {
    throw new RedfishError('unsupported', session.address, 'not a reset type', { notSent: true })
  }
  return await session.post(target, { ResetType: resetType })
}
