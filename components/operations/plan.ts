import { asOf } from '#lib/domain/as-of.ts'
import type { Node } from '#lib/domain/node.ts'
import { isComposable, isUsefulIn, toBootReset, type ComposableReset } from '#lib/domain/reset-rules.ts'
import type { PowerAction, PowerState, ResetType } from '#lib/domain/power.ts'
import type { Capabilities, Capability } from '#lib/domain/bmc.ts'
import { byName } from '#lib/domain/natural-order.ts'

/** What of a node a power dialog needs; a node's own page adds what its BMC can do. */
export type Target = Pick<Node, 'name' | 'power' | 'health' | 'bmc' | 'seenAt' | 'protected' | 'identity'> & { capabilities?: Capabilities | null }

/** Why a node takes part in a reset, or is left alone. `silent` ones are asked too, and will most likely fail. */
export type Fate = 'act' | 'unsure' | 'silent' | 'pointless' | 'protected' | 'cannot'

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
  /** The names that the operation will be asked for, in natural order. */
  names: string[]
  /** Nodes that share a fate and a state, largest groups of action first. */
  groups: { fate: Fate; power: PowerState; targets: Target[] }[]
}

const fateOrder: readonly Fate[] = ['act', 'unsure', 'silent', 'protected', 'cannot', 'pointless']

/** What a reset asked of these nodes would mean for each of them, now. */
export function toPlan(targets: readonly Target[], action: PowerAction, nowMs: number): Plan {
  const groups = new Map<string, Plan['groups'][number]>()
  const names: string[] = []
  for (const target of targets) {
    const fate = fateOf(target, action, nowMs)
    const { power } = asOf(target, nowMs)
    const key = `${fate} ${power}`
    const group = groups.get(key) ?? { fate, power, targets: [] }
    group.targets.push(target)
    groups.set(key, group)
    if (takesPart(fate)) names.push(target.name)
  }
  const sorted = [...groups.values()].sort((a, b) => fateOrder.indexOf(a.fate) - fateOrder.indexOf(b.fate))
  return { names: names.sort(byName), groups: sorted }
}

/** Above so many nodes a person types the number before it happens. */
export const typeNumberAbove = 10

/** The confirming text is the number of nodes, and nothing else. */
export const isConfirmed = (count: number, typed: string) => count <= typeNumberAbove || typed.trim() === String(count)
