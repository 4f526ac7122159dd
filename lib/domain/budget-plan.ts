import { asOf } from './as-of.ts'
import type { BudgetAct } from './budget.ts'
import { byName } from './natural-order.ts'
import type { Node } from './node.ts'
import { toDraw } from './power-total.ts'
import { toRangeMatcher } from './selection.ts'

/** Why an act is passed over at a node. `elsewhere`: it is none of the budget's. `untold`: nobody knows what it draws, or whether it is on. */
export type PlanSkip = 'elsewhere' | 'protected' | 'off' | 'untold' | 'capped'
export type PlanEntry = { line: number; node: Node; act: BudgetAct; skip: PlanSkip | null }

/** The nodes of a range at a moment; none of one that cannot be read. */
export const nodesOfRange = (range: string, nodes: readonly Node[], nowMs: number): Node[] => nodes.filter(toRangeMatcher(range, nowMs))

function toSkip(act: BudgetAct, node: Node, isOurs: boolean, nowMs: number): PlanSkip | null {
  if (!isOurs) return 'elsewhere'
  if (node.protected) return 'protected'
  const { power } = asOf(node, nowMs)
  if (power === 'off' || power === 'poweringOff') return 'off'
  if (power !== 'on' || toDraw(node, nowMs).state !== 'told') return 'untold'
  return act.do === 'cap' && node.capWatts !== undefined && node.capWatts <= act.watts ? 'capped' : null
}

/** What would be done, in order, as the nodes are now: line by line, within a line by name. */
export function toPlan(acts: readonly BudgetAct[], ours: readonly Node[], all: readonly Node[], nowMs: number): PlanEntry[] {
  const ids = new Set(ours.map(({ id }) => id))
  return acts.flatMap((act, line) =>
    nodesOfRange(act.nodes, all, nowMs)
      .sort((a, b) => byName(a.name, b.name))
      .map((node) => ({ line, node, act, skip: toSkip(act, node, ids.has(node.id), nowMs) })),
  )
}
