import type { OperationCreate } from '#lib/api/contract.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { prisma } from '#lib/db/client.ts'
import { findNodesByName, type NodeHead } from '#lib/db/nodes.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import { unknownNode } from './nodes.ts'
import { refuse, type Attempt } from './permission.ts'
import { demandSelection } from './select-nodes.ts'

/** The nodes that a request is about, in the order asked: by name, or what its range means now. Throws for all that are not there. */
export async function demandNodes(user: SignedInUser, request: OperationCreate, attempt: Attempt): Promise<NodeHead[]> {
  const { nodes: names, range, expect } = request
  if (names !== undefined) return demandNames(names)
  const nodes = await demandSelection(user, range!)
  const differs = expect === undefined ? null : toDifference(nodes.map(({ name }) => name), expect)
  if (differs !== null) await refuse(user, attempt, new BaseboardError('selection-changed', 409, `range: ${differs}; nothing was done`))
  return nodes
}

/** The nodes of these names, each once. Throws `unknown-node` (404) for all that are not there. */
export async function demandNames(asked: readonly string[]): Promise<NodeHead[]> {
  const names = [...new Set(asked)]
  const found = new Map((await findNodesByName(prisma(), names)).map((node) => [node.name, node]))
  const missing = names.filter((name) => !found.has(name))
  if (missing.length > 0) throw unknownNode(foldNames(missing))
  return names.map((name) => found.get(name)!)
}

/** What a selection holds that somebody did not see, or the other way round, in words; null when it is as they saw it. */
export function toDifference(names: readonly string[], expected: number | readonly string[]): string | null {
  if (typeof expected === 'number') {
    return names.length === expected ? null : `${expected} nodes were expected, and it is ${names.length} now: ${foldNames(names)}`
  }
  const now = new Set(names)
  const then = new Set(expected)
  const added = names.filter((name) => !then.has(name))
  const gone = [...then].filter((name) => !now.has(name))
  if (added.length === 0 && gone.length === 0) return null
  const parts = [...(added.length === 0 ? [] : [`${foldNames(added)} came in`]), ...(gone.length === 0 ? [] : [`${foldNames(gone)} went out`])]
  return `it means other nodes now: ${parts.join(', ')}`
}
