import type { Node } from '../node.ts'
import { sampleNode } from './sample-node.ts'

/** A node that is on, draws 400 W and was read a moment before `nowMs`. */
export function powerNode(name: string, nowMs: number, changes: Partial<Node> & { readMs?: number } = {}): Node {
  const { readMs = nowMs - 5_000, ...rest } = changes
  return sampleNode(name, new Date(readMs).toISOString(), { power: { state: 'on', at: new Date(nowMs - 2_000).toISOString() }, watts: 400, ...rest })
}
