import { canonicalJson } from './audit.ts'
import type { Node } from './node.ts'

/** What people say of a node, apart from its name and its BMC. */
export type Place = Pick<Node, 'groups' | 'tags' | 'rack' | 'position' | 'attributes' | 'protected'>

/** One change for many nodes: what is not named stays. An attribute that is null goes. */
export type BulkEdit = {
  addGroups?: readonly string[]
  removeGroups?: readonly string[]
  addTags?: readonly string[]
  removeTags?: readonly string[]
  rack?: string | null
  position?: number | null
  attributes?: Readonly<Record<string, string | null>>
  protected?: boolean
}

const editList = (list: readonly string[], add: readonly string[] = [], remove: readonly string[] = []) => [...new Set([...list, ...add])].filter((one) => !remove.includes(one))

function editAttributes(attributes: Place['attributes'], edit: NonNullable<BulkEdit['attributes']>): Place['attributes'] {
  const edited = new Map(Object.entries(attributes))
  for (const [key, value] of Object.entries(edit)) {
    if (value === null) edited.delete(key)
    else edited.set(key, value)
  }
  return Object.fromEntries(edited)
}

/** A place as it is after the edit. */
export const applyEdit = (place: Place, edit: BulkEdit): Place => ({
  groups: editList(place.groups, edit.addGroups, edit.removeGroups),
  tags: editList(place.tags, edit.addTags, edit.removeTags),
  rack: edit.rack === undefined ? place.rack : edit.rack,
  position: edit.position === undefined ? place.position : edit.position,
  attributes: edit.attributes === undefined ? place.attributes : editAttributes(place.attributes, edit.attributes),
  protected: edit.protected ?? place.protected,
})

const isSame = (a: unknown, b: unknown) => canonicalJson(a) === canonicalJson(b)

/** The fields in which two places differ. */
export function changedFields(before: Place, after: Place): (keyof Place)[] {
  return (Object.keys(after) as (keyof Place)[]).filter((field) => !isSame(before[field], after[field]))
}

/** The edit that takes an edit back on a node that was so before; null when it had changed nothing. */
function toInverse(before: Place, edit: BulkEdit): BulkEdit | null {
  const after = applyEdit(before, edit)
  const fields = changedFields(before, after)
  if (fields.length === 0) return null
  const missing = (from: readonly string[], than: readonly string[]) => from.filter((one) => !than.includes(one))
  const inverse: BulkEdit = {}
  if (fields.includes('groups')) Object.assign(inverse, toListInverse('Groups', missing(before.groups, after.groups), missing(after.groups, before.groups)))
  if (fields.includes('tags')) Object.assign(inverse, toListInverse('Tags', missing(before.tags, after.tags), missing(after.tags, before.tags)))
  if (fields.includes('rack')) inverse.rack = before.rack
  if (fields.includes('position')) inverse.position = before.position
  if (fields.includes('protected')) inverse.protected = before.protected
  if (fields.includes('attributes')) inverse.attributes = Object.fromEntries(Object.keys(edit.attributes ?? {}).map((key) => [key, before.attributes[key] ?? null]))
  return inverse
}

const toListInverse = (name: 'Groups' | 'Tags', add: string[], remove: string[]): BulkEdit => ({
  ...(add.length === 0 ? {} : { [`add${name}`]: add }),
  ...(remove.length === 0 ? {} : { [`remove${name}`]: remove }),
})

/** What takes an edit back, in as few requests as there were different states before. */
export function toInverses(nodes: readonly (Place & { name: string })[], edit: BulkEdit): { nodes: string[]; edit: BulkEdit }[] {
  const inverses = new Map<string, { nodes: string[]; edit: BulkEdit }>()
  for (const node of nodes) {
    const inverse = toInverse(node, edit)
    if (inverse === null) continue
    const key = JSON.stringify(inverse)
    const known = inverses.get(key)
    if (known === undefined) inverses.set(key, { nodes: [node.name], edit: inverse })
    else known.nodes.push(node.name)
  }
  return [...inverses.values()]
}
