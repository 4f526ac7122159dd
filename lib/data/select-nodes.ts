import type { GroupList, NodeNames } from '#lib/api/nodes-contract.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { listNodes } from '#lib/db/nodes.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import { toGroups } from '#lib/domain/groups.ts'
import { byName } from '#lib/domain/natural-order.ts'
import type { Node } from '#lib/domain/node.ts'
import { isEverything, maxSelectionLength, parseSelection, toMatcher, type Selection, type SelectionProblemCode } from '#lib/domain/selection.ts'
import { findUnmatched } from '#lib/domain/unmatched.ts'
import { invalid } from './address.ts'
import { demand } from './permission.ts'

const words: Record<SelectionProblemCode, string> = {
  'unclosed-bracket': 'a bracket is not closed',
  'bad-range': 'these are no numbers of a range',
  'unclosed-quote': 'a quotation mark is not closed',
  'unclosed-parenthesis': 'a parenthesis is not closed',
  'unopened-parenthesis': 'a parenthesis too many',
  'bad-expression': 'this regular expression cannot be read, or would take too long',
  unfinished: 'this is not finished',
}

/** Throws `invalid` (400), naming the place, for what does not parse and for what is so long that its end would not be read. */
export function readRange(range: string): Selection {
  if (range.length > maxSelectionLength) throw invalid('range', `has ${range.length} characters, at most ${maxSelectionLength} are read: name a group, or send the names`)
  const selection = parseSelection(range, { exact: true })
  if (selection.problem === null) return selection
  const { code, at, text } = selection.problem
  throw invalid('range', `${words[code]}, from character ${at + 1} on: ${text.slice(0, 100)}`)
}

/**
 * The nodes that a noderange means, in natural order, and what of it means nothing. A lone word is a whole name or a group.
 * Throws `invalid` (400) for one that does not parse.
 */
export async function selectNodes(user: SignedInUser, range: string): Promise<{ nodes: Node[]; unmatched: string[] }> {
  await demand(user, 'read')
  const selection = readRange(range)
  const all = await listNodes()
  const nodes = all.filter(toMatcher(selection, Date.now())).sort((a, b) => byName(a.name, b.name))
  return { nodes, unmatched: findUnmatched(selection, all) }
}

/**
 * The nodes to do something to. Here a slip must not pass: throws `invalid` (400) for an empty range too, `unknown-node` (404) for
 * each name, group or property that is not there, even one that is taken away, and `no-nodes` (422) when nothing is left.
 * Whether this person may do it to each of them is for the caller to demand.
 */
export async function demandSelection(user: SignedInUser, range: string): Promise<Node[]> {
  if (isEverything(parseSelection(range))) throw invalid('range', 'is empty: * means every node')
  const { nodes, unmatched } = await selectNodes(user, range)
  if (unmatched.length > 0) throw new BaseboardError('unknown-node', 404, `range: there is no node or group ${unmatched.slice(0, 20).join(' ')}`)
  if (nodes.length === 0) throw new BaseboardError('no-nodes', 422, `range: no node is in ${range.slice(0, 100)}`)
  return nodes
}

/** The names of a noderange, or of every node, and the same folded: `n[1-20]`. */
export async function listNodeNames(user: SignedInUser, range = ''): Promise<NodeNames> {
  const { nodes, unmatched } = await selectNodes(user, range)
  const names = nodes.map(({ name }) => name)
  return { names, range: foldNames(names), unmatched }
}

/** Every group with its nodes folded, by name. */
export async function listGroups(user: SignedInUser): Promise<GroupList> {
  await demand(user, 'read')
  return { groups: toGroups(await listNodes()).map(({ name, nodes }) => ({ name, count: nodes.length, range: foldNames(nodes.map((node) => node.name)) })) }
}
