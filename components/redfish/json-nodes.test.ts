import { describe, expect, it } from 'vitest'
import { findPointer, toNodes } from './json-nodes.ts'
import { findText, toAllClosed, toFirstClosed, toRevealed, toShown } from './json-view.ts'

const thermal = {
  '@odata.id': '/redfish/v1/Chassis/1/Thermal',
  Fans: [{ Name: 'Fan 1', Reading: 4200, 'a/b': null }, { Name: 'Fan 2', Related: [{ '@odata.id': '/redfish/v1/Chassis/1' }] }],
  Links: { Chassis: { '@odata.id': '/redfish/v1/Chassis/1' }, Foreign: { '@odata.id': 'https://10.0.0.1/redfish/v1' } },
}
const nodes = toNodes(thermal)
const lines = (indices: number[]) => indices.map((index) => `${'  '.repeat(nodes[index]!.depth)}${nodes[index]!.key} ${nodes[index]!.kind} ${nodes[index]!.text}`.trimEnd())

describe('a document as lines', () => {
  it('keeps its order, and makes one line of an object that is only a link', () => {
    expect(lines(toShown(nodes, new Set()))).toEqual([
      '@odata.id link /redfish/v1/Chassis/1/Thermal',
      'Fans array',
      '  0 object Fan 1',
      '    Name string Fan 1',
      '    Reading number 4200',
      '    a/b null null',
      '  1 object Fan 2',
      '    Name string Fan 2',
      '    Related array',
      '      0 link /redfish/v1/Chassis/1',
      'Links object',
      '  Chassis link /redfish/v1/Chassis/1',
      '  Foreign object https://10.0.0.1/redfish/v1',
      '    @odata.id string https://10.0.0.1/redfish/v1',
    ])
  })

  it('shows no more than what is open', () => {
    expect(lines(toShown(nodes, toAllClosed(nodes)))).toEqual(['@odata.id link /redfish/v1/Chassis/1/Thermal', 'Fans array', 'Links object'])
    expect(toFirstClosed(nodes).size).toBe(0)
  })

  it('finds a place by its pointer, with its escapes, and opens what hides it', () => {
    const at = findPointer(nodes, '/Fans/0/a~1b')
    expect(nodes[at]).toMatchObject({ key: 'a/b', kind: 'null' })
    expect(findPointer(nodes, '/Fans/7')).toBe(-1)
    expect(findPointer(nodes, '/Nothing/0')).toBe(-1)
    const shown = toShown(nodes, toRevealed(nodes, toAllClosed(nodes), at))
    expect(shown).toContain(at)
    expect(shown).not.toContain(findPointer(nodes, '/Links/Chassis'))
  })

  it('finds text in names and values, whatever the case', () => {
    expect(findText(nodes, 'fan 2').map((index) => nodes[index]!.key)).toEqual(['Name'])
    expect(findText(nodes, 'READING').length).toBe(1)
    expect(findText(nodes, '')).toEqual([])
  })

  it('shows a long string by its beginning, in whole characters', () => {
    const long = toNodes({ Certificate: '🔒'.repeat(250), Short: 'x', Lines: 'a\n\nb' })
    expect(toShown(long, toFirstClosed(long)).map((index) => long[index]!.key)).toEqual(['Certificate', 'Short', 'Lines'])
    const pieces = long.filter(({ kind, parent }) => kind === 'piece' && parent === 0)
    expect(pieces.map(({ text }) => Array.from(text).length)).toEqual([100, 100, 50])
    expect(long.filter(({ kind, parent }) => kind === 'piece' && parent > 0).map(({ text }) => text)).toEqual(['a', '', 'b'])
  })

  it('takes what is no object, and one that is empty', () => {
    expect(toNodes('text')).toMatchObject([{ key: null, kind: 'string', text: 'text' }])
    expect(toNodes({})).toEqual([])
    expect(toNodes([{}])).toMatchObject([{ key: 0, kind: 'object', size: 0, end: 1 }])
  })

  it('begins a large document with its parts closed', () => {
    const many = toNodes({ Members: Array.from({ length: 10_000 }, (_, id) => ({ Id: `${id}`, Message: 'm' })) })
    expect(toShown(many, toFirstClosed(many)).length).toBe(10_001)
  })
})
