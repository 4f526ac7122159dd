import { placesOf, toLanes, type OperationLimits, type Placed } from './operation-limits.ts'
import { toRelease, type WaitingStep } from './release.ts'

/** Nodes looked at beyond which counting would be felt: it is done at every key that somebody types. */
const mostLooks = 300_000

/**
 * Into how many batches nodes, in their order, will fall when every step goes its way. `isExact` false: at least so many; they are
 * not counted one by one because it would take long.
 */
export function countBatches(nodes: readonly Placed[], limits: OperationLimits): { count: number; isExact: boolean } {
  if (nodes.length === 0) return { count: 0, isExact: true }
  const steps = nodes.map((node): WaitingStep => ({ id: node.name, lanes: toLanes(node, limits), blocked: false }))
  const perLane = new Map<string, number>()
  for (const lane of steps.flatMap(({ lanes }) => lanes)) perLane.set(lane, (perLane.get(lane) ?? 0) + 1)
  const least = Math.max(Math.ceil(steps.length / (limits.atOnce ?? Infinity)), 1, ...[...perLane].map(([lane, count]) => Math.ceil(count / placesOf(lane, limits))))
  if (perLane.size === 0) return { count: least, isExact: true }
  if (least * steps.length > mostLooks) return { count: least, isExact: false }
  let waiting: readonly WaitingStep[] = steps
  let count = 0
  for (; waiting.length > 0; count += 1) {
    const { ids } = toRelease({ number: count, steps: [], lastEndedMs: null }, waiting, limits, 0)
    const begun = new Set(ids)
    waiting = waiting.filter(({ id }) => !begun.has(id))
  }
  return { count, isExact: true }
}
