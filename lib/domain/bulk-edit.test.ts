import { describe, expect, it } from 'vitest'
import { applyEdit, changedFields, toInverses, type BulkEdit, type Place } from './bulk-edit.ts'

const bare: Place = { groups: [], tags: [], rack: null, position: null, attributes: {}, protected: false }
const node = (name: string, place: Partial<Place> = {}) => ({ name, ...bare, ...place })

describe('applyEdit', () => {
  it.each<[BulkEdit, Partial<Place>, Partial<Place>]>([
    [{ addGroups: ['a', 'b'] }, { groups: ['b'] }, { groups: ['b', 'a'] }],
    [{ removeGroups: ['b'] }, { groups: ['b', 'a'] }, { groups: ['a'] }],
    [{ addTags: ['x'], removeTags: ['y'] }, { tags: ['y'] }, { tags: ['x'] }],
    [{ rack: null }, { rack: 'a1', position: 3 }, { rack: null, position: 3 }],
    [{ position: 4, protected: true }, {}, { position: 4, protected: true }],
    [{ attributes: { a: '1', b: null } }, { attributes: { b: '2', c: '3' } }, { attributes: { c: '3', a: '1' } }],
    [{ attributes: { toString: 'x' } }, {}, { attributes: { toString: 'x' } }],
  ])('%j', (edit, before, after) => {
    expect(applyEdit({ ...bare, ...before }, edit)).toEqual({ ...bare, ...after })
  })

  it('says what it changed', () => {
    const before = { ...bare, groups: ['a'] }
    expect(changedFields(before, applyEdit(before, { addGroups: ['a'], rack: 'r1' }))).toEqual(['rack'])
  })
})

describe('toInverses', () => {
  const nodes = [
    node('n1'),
    node('n2', { groups: ['gpu'], rack: 'a1' }),
    node('n3', { rack: 'a1', attributes: { os: 'old' } }),
    node('n4', { groups: ['gpu'], rack: 'a2', protected: true, attributes: { os: 'new' } }),
  ]
  it.each<BulkEdit>([
    { addGroups: ['gpu'], rack: 'a2' },
    { removeGroups: ['gpu'], addTags: ['t'] },
    { protected: true, attributes: { os: 'new' }, position: 3 },
  ])('takes back %j', (edit) => {
    const inverses = toInverses(nodes, edit)
    for (const before of nodes) {
      const { name: _, ...was } = before
      const after = applyEdit(was, edit)
      const back = inverses.filter((one) => one.nodes.includes(before.name)).reduce((place, one) => applyEdit(place, one.edit), after)
      expect(back).toEqual(was)
    }
  })

  it('gathers nodes that go back to the same', () => {
    expect(toInverses(nodes, { rack: 'a2' })).toEqual([
      { nodes: ['n1'], edit: { rack: null } },
      { nodes: ['n2', 'n3'], edit: { rack: 'a1' } },
    ])
    expect(toInverses(nodes, { addGroups: [] })).toEqual([])
  })
})
