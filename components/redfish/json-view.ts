import type { JsonNode } from './json-nodes.ts'

/** A document of more lines begins with what lies deeper closed. */
const mostLinesOpen = 600

export const canOpen = (nodes: readonly JsonNode[], index: number): boolean => nodes[index]!.end > index + 1

/** Which nodes begin closed: long strings, and in a large document everything below its own members. Pure. */
export function toFirstClosed(nodes: readonly JsonNode[]): Set<number> {
  const isLarge = nodes.length > mostLinesOpen
  return new Set(nodes.flatMap((node, index) => (canOpen(nodes, index) && (node.kind === 'string' || (isLarge && node.depth > 0)) ? [index] : [])))
}

/** Every node that can be closed, for closing all of them. */
export const toAllClosed = (nodes: readonly JsonNode[]): Set<number> => new Set(nodes.flatMap((_, index) => (canOpen(nodes, index) ? [index] : [])))

/** The nodes in sight, as indices in order: what lies in a closed one is left out. Pure. */
export function toShown(nodes: readonly JsonNode[], closed: ReadonlySet<number>): number[] {
  const shown: number[] = []
  for (let index = 0; index < nodes.length; index = closed.has(index) ? nodes[index]!.end : index + 1) shown.push(index)
  return shown
}

/** `closed` without what hides a node. Pure. */
export function toRevealed(nodes: readonly JsonNode[], closed: ReadonlySet<number>, index: number): Set<number> {
  const open = new Set(closed)
  for (let at = nodes[index]?.parent ?? -1; at >= 0; at = nodes[at]!.parent) open.delete(at)
  return open
}

/** The nodes whose name or value holds a text, whatever its case. Pure. */
export function findText(nodes: readonly JsonNode[], text: string): number[] {
  const wanted = text.toLowerCase()
  if (wanted === '') return []
  const holds = ({ key, kind, text: value }: JsonNode) =>
    kind !== 'piece' && ((typeof key === 'string' && key.toLowerCase().includes(wanted)) || (kind !== 'object' && value.toLowerCase().includes(wanted)))
  return nodes.flatMap((node, index) => (holds(node) ? [index] : []))
}
