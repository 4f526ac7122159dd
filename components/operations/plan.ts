import { asOf } from '#lib/domain/as-of.ts'
import type { Node } from '#lib/domain/node.ts'
import { kindOf, shieldedKinds, toPowerAction } from '#lib/domain/operation-actions.ts'
import { isComposable, isUsefulIn, toBootReset, type ComposableReset } from '#lib/domain/reset-rules.ts'
import type { OperationAction, OperationKind } from '#lib/domain/operation.ts'
import type { PowerAction, PowerState, ResetType } from '#lib/domain/power.ts'
import type { Capabilities, Capability } from '#lib/domain/bmc.ts'

/** What of a node a dialog needs; a node's own page adds what its BMC can do. */
export type Target = Pick<Node, 'id' | 'name' | 'groups' | 'rack' | 'position' | 'power' | 'health' | 'watts' | 'bmc' | 'seenAt' | 'protected' | 'identity'> & {
  capabilities?: Capabilities | null
}

/** Giving fans back is no operation, and its dialog tells the same of the nodes. */
export type DeedAction = OperationAction | 'AutomaticFans'

/**
 * What is asked of nodes, as far as it decides what becomes of each. `start`: a boot override that starts them at once. `later`: it is
 * for another time, whose states nobody knows. `again`: what it is asked of was chosen once already, and is asked in any state.
 */
export type Deed = { action: DeedAction; start?: boolean; later?: boolean; again?: boolean }

/**
 * Why a node takes part in a deed, or is left alone. `silent` ones are asked too, and will most likely fail. `newly`: it could be done now
 * and could not when somebody began to look, who has not seen it among those that it will be done to.
 */
export type Fate = 'act' | 'unsure' | 'silent' | 'later' | 'pointless' | 'protected' | 'cannot' | 'newly'

/** What it does to a node's power; null where it leaves that as it is. */
export function powerOf({ action, start = false }: Deed): PowerAction | null {
  if (action === 'InstallImage' || start) return 'Boot'
  return toPowerAction(action)
}

/** The reset that an action means for this node now; null for a boot while its state is not known. */
export const resetOf = (target: Target, action: PowerAction, nowMs: number): ResetType | null =>
  action === 'Boot' ? toBootReset(asOf(target, nowMs).power) : action

/** What a BMC said it can do; undefined where it was never asked. */
export function capabilityOf(target: Target, action: PowerAction, nowMs: number): Capability | undefined {
  const reset = resetOf(target, action, nowMs)
  return reset === null ? undefined : target.capabilities?.resets[reset]
}

/** The reset of this action that the BMC has not and that is made of others; null where it needs no making. */
export function composedOf(target: Target, action: PowerAction, nowMs: number): ComposableReset | null {
  const reset = resetOf(target, action, nowMs)
  return reset !== null && isComposable(reset) && capabilityOf(target, action, nowMs)?.composed === true ? reset : null
}

const abilityOf: Partial<Record<OperationKind, 'indicator' | 'boot' | 'powerCap' | 'bmcReset' | 'media'>> = {
  indicator: 'indicator',
  boot: 'boot',
  'power-cap': 'powerCap',
  'bmc-reset': 'bmcReset',
  media: 'media',
  install: 'media',
}

/** Did the BMC say that it cannot? */
function isImpossible(target: Target, action: DeedAction, nowMs: number): boolean {
  if (action === 'AutomaticFans') return target.capabilities?.fans?.can === false
  const switches = toPowerAction(action)
  if (switches !== null) return capabilityOf(target, switches, nowMs)?.can === false
  const ability = abilityOf[kindOf(action)]
  return ability !== undefined && target.capabilities?.[ability]?.can === false
}

const isShielded = (action: DeedAction) => action !== 'AutomaticFans' && shieldedKinds.includes(kindOf(action))

export function fateOf(target: Target, deed: Deed, nowMs: number): Fate {
  if (target.protected && isShielded(deed.action)) return 'protected'
  if (isImpossible(target, deed.action, nowMs)) return 'cannot'
  if (deed.later === true) return 'later'
  if (target.bmc.state === 'failed') return 'silent'
  const switched = powerOf(deed)
  if (switched === null) return 'act'
  const { power } = asOf(target, nowMs)
  if (!isUsefulIn(switched, power) && deed.again !== true) return 'pointless'
  return power === 'unknown' ? 'unsure' : 'act'
}

/** Will a node of this fate be asked? */
export const takesPart = (fate: Fate) => fate === 'act' || fate === 'unsure' || fate === 'silent' || fate === 'later'

export type Plan = {
  /** Those that the operation will be asked for. */
  taking: Target[]
  /** Nodes that share a fate and a state; those that take part come first. */
  groups: { fate: Fate; power: PowerState; targets: Target[] }[]
}

const fateOrder: readonly Fate[] = ['act', 'unsure', 'later', 'silent', 'protected', 'cannot', 'newly', 'pointless']

/** What a deed asked of these nodes would mean for each of them, now; their order stays. With `among`, ids, nobody else takes part. */
export function toPlan(targets: readonly Target[], deed: Deed, nowMs: number, among?: ReadonlySet<string>): Plan {
  const groups = new Map<string, Plan['groups'][number]>()
  const taking: Target[] = []
  for (const target of targets) {
    const present = fateOf(target, deed, nowMs)
    const fate = takesPart(present) && among?.has(target.id) === false ? 'newly' : present
    const { power } = asOf(target, nowMs)
    const key = `${fate} ${power}`
    const group = groups.get(key) ?? { fate, power, targets: [] }
    group.targets.push(target)
    groups.set(key, group)
    if (takesPart(fate)) taking.push(target)
  }
  return { taking, groups: [...groups.values()].sort((a, b) => fateOrder.indexOf(a.fate) - fateOrder.indexOf(b.fate)) }
}

/** What nodes draw together, in watts, and how many of them tell; an old reading is none. */
export function toDraw(targets: readonly Target[], nowMs: number): { watts: number; from: number } {
  const told = targets.flatMap((target) => (asOf(target, nowMs).health.level === 'unknown' || target.watts === null ? [] : [target.watts]))
  return { watts: told.reduce((sum, watts) => sum + watts, 0), from: told.length }
}
