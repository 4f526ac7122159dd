import type { NodesPatch, NodesPatched } from '#lib/api/nodes-contract.ts'
import { recordAll } from '#lib/auth/record.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import type { Transaction } from '#lib/db/client.ts'
import { lockPlaces, updatePlaces, type PlaceRow } from '#lib/db/places.ts'
import { applyEdit, changedFields } from '#lib/domain/bulk-edit.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { unknownNode } from './nodes.ts'
import { change, demand } from './permission.ts'
import { demandSelection } from './select-nodes.ts'

const mostLabels = 64

function demandRoom({ name, groups, tags, attributes }: PlaceRow): void {
  for (const [what, count] of [['groups', groups.length], ['tags', tags.length], ['attributes', Object.keys(attributes).length]] as const) {
    if (count > mostLabels) throw new BaseboardError('too-many', 422, `${name} would have ${count} ${what}: a node has at most ${mostLabels}`)
  }
}

async function lock(tx: Transaction, names: readonly string[]): Promise<PlaceRow[]> {
  const places = await lockPlaces(tx, names)
  const found = new Set(places.map(({ name }) => name))
  const missing = names.find((name) => !found.has(name))
  if (missing !== undefined) throw unknownNode(missing)
  return places
}

/** Changes what people say of many nodes: all of them, or none. Each node that it changes has its own row in the audit, so that whoever asks what was done to it finds this. */
export async function changeNodes(user: SignedInUser, { names, range, ...edit }: NodesPatch): Promise<NodesPatched> {
  const attempt = { action: 'node-change', target: range ?? 'nodes', detail: { ...edit, ...(names === undefined ? {} : { names }) } }
  await demand(user, 'editNodes', attempt)
  const chosen = names === undefined ? (await demandSelection(user, range!)).map(({ name }) => name) : [...new Set(names)]
  return change(async (tx) => {
    const before = await lock(tx, chosen)
    await demand(user, 'editNodes', attempt, before)
    const after = before.map((place) => ({ ...place, ...applyEdit(place, edit) }))
    const changed = after.filter((place, index) => changedFields(before[index]!, place).length > 0)
    changed.forEach(demandRoom)
    await updatePlaces(tx, changed)
    const isChanged = new Set(changed.map(({ name }) => name))
    const [changedNames, unchanged] = [chosen.filter((name) => isChanged.has(name)), chosen.filter((name) => !isChanged.has(name))]
    await recordAll(tx, user, changedNames.map((node) => ({ action: 'node-change', outcome: 'ok', node, detail: edit })))
    return { changed: changedNames, unchanged }
  })
}
