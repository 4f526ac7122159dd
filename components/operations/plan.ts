import { asOf } from '#lib/domain/as-of.ts'
import type { Node } from '#lib/domain/node.ts'
import { isComposable, isUsefulIn, toBootReset, type ComposableReset } from '#lib/domain/reset-rules.ts'
import type { PowerAction, PowerState, ResetType } from '#lib/domain/power.ts'
import type { Capabilities, Capability } from '#lib/domain/bmc.ts'

/** What of a node a power dialog needs; a node's own page adds what its BMC can do. */
export type Target = Pick<Node, 'id' | 'name' | 'groups' | 'rack' | 'position' | 'power' | 'health' | 'watts' | 'bmc' | 'seenAt' | 'protected' | 'identity'> & {
  capabilities?: Capabilities | null
}

/**
 * Why a node takes part in a reset, or is left alone. `silent` ones are asked too, and will most likely fail. `newly`: it could be done now
 * and could not when somebody began to look, who has not seen it among those that it will be done to.
 */
export type Fate = 'act' | 'unsure' | 'silent' | 'pointless' | 'protected' | 'cannot' | 'newly'

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

export function fateOf(target: Target, action: PowerAction, nowMs: number): Fate {
  if (target.protected) return 'protected'
  if (capabilityOf(target, action, nowMs)?.can === false) return 'cannot'
  if (target.bmc.state === 'failed') return 'silent'
  const { power } = asOf(target, nowMs)
  if (!isUsefulIn(action, power)) return 'pointless'
  return power === 'unknown' ? 'unsure' : 'act'
}

/** Will a node of this fate be asked? */
export const takesPart = (fate: Fate) => fate === 'act' || fate === 'unsure' || fate === 'silent'

export type Plan = {
  /** Those that the operation will be asked for. */
  taking: Target[]
  /** Nodes that share a fate and a state; those that take part come first. */
  groups: { fate: Fate; power: PowerState; targets: Target[] }[]
}

const fateOrder: readonly Fate[] = ['act', 'unsure', 'silent', 'protected', 'cannot', 'newly', 'pointless']

/** What a reset asked of these nodes would mean for each of them, now; their order stays. With `among`, ids, nobody else takes part. */
export function toPlan(targets: readonly Target[], action: PowerAction, nowMs: number, among?: ReadonlySet<string>): Plan {
  const groups = new Map<string, Plan['groups'][number]>()
  const taking: Target[] = []
  for (const target of targets) {
    const present = fateOf(target, action, nowMs)
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
