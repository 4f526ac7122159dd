import { asOf, isSweepOld } from './as-of.ts'
import { toGroups } from './groups.ts'
import { byName } from './natural-order.ts'
import type { Node } from './node.ts'
import type { PowerTotal } from './power-total-shape.ts'

/** No node draws more: a BMC that says so is not believed, and spoils no total. */
const mostWatts = 100_000

/** What one node tells of its draw. Many BMCs say 0 or nothing where they have no meter, and an old reading is none. */
export function toDraw(node: Node, nowMs: number): { state: 'told'; watts: number; at: string } | { state: 'silent' | 'off' } {
  const { watts, health } = node
  if (watts !== null && watts > 0 && watts <= mostWatts && health.at !== null && !isSweepOld(node, nowMs)) return { state: 'told', watts, at: health.at }
  return { state: asOf(node, nowMs).power === 'off' ? 'off' : 'silent' }
}

export function toPowerTotal(nodes: readonly Node[], nowMs: number): PowerTotal {
  const total: PowerTotal = { nodes: nodes.length, watts: 0, told: 0, silent: 0, off: 0, oldestAt: null, capWatts: 0, capped: 0 }
  for (const node of nodes) {
    const draw = toDraw(node, nowMs)
    total[draw.state] += 1
    if (draw.state === 'told') {
      total.watts += draw.watts
      if (total.oldestAt === null || draw.at < total.oldestAt) total.oldestAt = draw.at
    }
    if (node.capWatts !== undefined && !isSweepOld(node, nowMs)) {
      total.capWatts += node.capWatts
      total.capped += 1
    }
  }
  return total
}

/** What has a total of its own: all nodes, and each group and rack; and what a budget (by its id) is of. */
export type PlaceScope = { kind: 'fleet' } | { kind: 'group' | 'rack'; name: string }
export type PowerScope = PlaceScope | { kind: 'budget'; name: string }
export type ScopedNodes = { scope: PlaceScope; nodes: readonly Node[] }

export function toPowerScopes(nodes: readonly Node[]): ScopedNodes[] {
  const racks = new Map<string, Node[]>()
  for (const node of nodes) {
    if (node.rack === null) continue
    const known = racks.get(node.rack)
    if (known === undefined) racks.set(node.rack, [node])
    else known.push(node)
  }
  return [
    { scope: { kind: 'fleet' }, nodes },
    ...toGroups(nodes).map(({ name, nodes: members }): ScopedNodes => ({ scope: { kind: 'group', name }, nodes: members })),
    ...[...racks].sort(([a], [b]) => byName(a, b)).map(([name, members]): ScopedNodes => ({ scope: { kind: 'rack', name }, nodes: members })),
  ]
}

/** By what the history of a scope is kept. */
export const toScopeKey = (scope: PowerScope): string => (scope.kind === 'fleet' ? 'fleet' : `${scope.kind}:${scope.name}`)

/** The total is all there is: nobody is silent. Of no nodes at all nothing is known. */
export const isWhole = ({ nodes, silent }: PowerTotal): boolean => nodes > 0 && silent === 0
