import type { NodesPatched } from '#lib/api/nodes-contract.ts'
import { recordAll } from '#lib/auth/record.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import type { Transaction } from '#lib/db/client.ts'
import type { Action } from '#lib/domain/permission.ts'
import { unknownNode } from './nodes.ts'
import { change, demand } from './permission.ts'
import { demandSelection } from './select-nodes.ts'

/** Which nodes: by their names or by a noderange, one of the two. */
export type Which = { names?: string[] | undefined; range?: string | undefined }

type Subject = { name: string; groups: readonly string[] }

/** What is to be done, as the audit calls it, and to which nodes; `needs` is what a person must be allowed for every one of them. */
type EachNode<N extends Subject> = {
  action: string
  needs: Action
  which: Which
  detail: Record<string, unknown>
  /** Locks those of these nodes that are there. */
  lock: (tx: Transaction, names: readonly string[]) => Promise<N[]>
  /** Does it, and gives the nodes that it has changed. */
  apply: (tx: Transaction, nodes: readonly N[]) => Promise<readonly Subject[]>
}

/** Changes many nodes: all of them, or none. Each node that it changes has its own row in the audit, so that whoever asks what was done to it finds this. */
export async function changeEachNode<N extends Subject>(user: SignedInUser, { action, needs, which, detail, lock, apply }: EachNode<N>): Promise<NodesPatched> {
  const { names, range } = which
  const attempt = { action, target: range ?? 'nodes', detail: names === undefined ? detail : { ...detail, names } }
  await demand(user, needs, attempt)
  const chosen = names === undefined ? (await demandSelection(user, range!)).map(({ name }) => name) : [...new Set(names)]
  return change(async (tx) => {
    const nodes = await lock(tx, chosen)
    const found = new Set(nodes.map(({ name }) => name))
    const missing = chosen.find((name) => !found.has(name))
    if (missing !== undefined) throw unknownNode(missing)
    await demand(user, needs, attempt, nodes)
    const isChanged = new Set((await apply(tx, nodes)).map(({ name }) => name))
    const changed = chosen.filter((name) => isChanged.has(name))
    await recordAll(tx, user, changed.map((node) => ({ action, outcome: 'ok', node, detail })))
    return { changed, unchanged: chosen.filter((name) => !isChanged.has(name)) }
  })
}
