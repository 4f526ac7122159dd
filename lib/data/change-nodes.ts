import type { NodesPatch, NodesPatched } from '#lib/api/nodes-contract.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { lockPlaces, updatePlaces, type PlaceRow } from '#lib/db/places.ts'
import { applyEdit, changedFields } from '#lib/domain/bulk-edit.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { changeEachNode } from './each-node.ts'

const mostLabels = 64

function demandRoom({ name, groups, tags, attributes }: PlaceRow): void {
  for (const [what, count] of [['groups', groups.length], ['tags', tags.length], ['attributes', Object.keys(attributes).length]] as const) {
    if (count > mostLabels) throw new BaseboardError('too-many', 422, `${name} would have ${count} ${what}: a node has at most ${mostLabels}`)
  }
}

/** Changes what people say of many nodes: all of them, or none; each has its row in the audit. */
export async function changeNodes(user: SignedInUser, { names, range, ...edit }: NodesPatch): Promise<NodesPatched> {
  return changeEachNode(user, {
    action: 'node-change',
    needs: 'editNodes',
    which: { names, range },
    detail: edit,
    lock: lockPlaces,
    async apply(tx, before) {
      const after = before.map((place) => ({ ...place, ...applyEdit(place, edit) }))
      const changed = after.filter((place, index) => changedFields(before[index]!, place).length > 0)
      changed.forEach(demandRoom)
      await updatePlaces(tx, changed)
      return changed
    },
  })
}
