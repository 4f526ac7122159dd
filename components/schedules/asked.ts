import { kindOf, operationActions } from '#lib/domain/operation-actions.ts'
import { toOptions, type ActionOptions, type OperationAction } from '#lib/domain/operation.ts'
import { actionOf, may } from '#lib/domain/permission.ts'
import type { Role } from '#lib/domain/role.ts'
import { fromBootOptions, toBootOptions, usualBoot, type BootForm } from '../operations/boot-form.ts'
import { canForce, toForceAfter, usualForce, type Force } from '../operations/force-choice.tsx'
import { toWatts } from '../operations/watts.ts'

/** What a schedule asks, as the boxes hold it; `kept`: what belongs to the action of a known one that has no boxes here, as its image. */
export type AskedForm = { action: OperationAction; force: Force; boot: BootForm; watts: string; kept: { action: OperationAction; options: ActionOptions } | null }

/** An image is chosen where the nodes are, and an NMI is for a person who looks on. */
const madeElsewhere: ReadonlySet<OperationAction> = new Set(['Nmi', 'MountImage', 'InstallImage'])

/** What a person of this role may schedule here, in the order of its kinds; what is asked already is among it. */
export const choosable = (role: Role, asked: OperationAction): OperationAction[] =>
  operationActions.filter((action) => action === asked || (!madeElsewhere.has(action) && may({ role }, actionOf[kindOf(action)])))

export const usualAsked: AskedForm = { action: 'GracefulShutdown', force: usualForce, boot: usualBoot, watts: '', kept: null }

/** The boxes for what was kept. */
export function fromAsked({ action, ...rest }: { action: OperationAction } & ActionOptions): AskedForm {
  const options = toOptions(rest)
  const { forceAfterSeconds, capWatts } = options
  return {
    action,
    force: forceAfterSeconds === undefined ? usualForce : { wanted: true, seconds: String(forceAfterSeconds) },
    boot: fromBootOptions(options),
    watts: capWatts === undefined ? '' : String(capWatts),
    kept: { action, options },
  }
}

/** What belongs to the action; null while the boxes mean nothing. */
export function toAskedOptions({ action, force, boot, watts, kept }: AskedForm): ActionOptions | null {
  if (action === 'SetBoot') return toBootOptions(boot)
  if (action === 'SetPowerCap') {
    const capWatts = toWatts(watts)
    return capWatts === null ? null : { capWatts }
  }
  if (canForce(action)) {
    const forceAfterSeconds = toForceAfter(force)
    return forceAfterSeconds === null ? null : forceAfterSeconds === undefined ? {} : { forceAfterSeconds }
  }
  return kept?.action === action ? kept.options : {}
}
