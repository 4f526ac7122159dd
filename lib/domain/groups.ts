import { byName } from './natural-order.ts'

/** The groups of nodes, by name. A group is there while a node is in it. */
export function toGroups<N extends { groups: readonly string[] }>(nodes: readonly N[]): { name: string; nodes: N[] }[] {
  const groups = new Map<string, N[]>()
  for (const node of nodes) {
    for (const name of node.groups) {
      const known = groups.get(name)
      if (known === undefined) groups.set(name, [node])
      else known.push(node)
    }
  }
  return [...groups].map(([name, members]) => ({ name, nodes: members })).sort((a, b) => byName(a.name, b.name))
}
