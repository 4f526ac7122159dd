import { describe, expect, it } from 'vitest'
import { byName, foldNames, parseSelection, toMatcher, type Selectable } from './selection.ts'

const now = Date.parse('2026-11-23T12:00:00Z')
const fresh = '2026-11-23T11:59:55.000Z'

const toNode = (name: string, changes: Partial<Selectable> = {}): Selectable => ({
  name,
  groups: [],
  tags: [],
  rack: null,
  attributes: {},
  identity: {},
  protected: false,
  power: { state: 'on', at: fresh },
  health: { level: 'ok', reasons: [], at: fresh },
  bmc: { address: `${name}-ipmi`, protocol: 'auto', state: 'ok', via: 'redfish', failure: null, latencyMs: 4, endpoints: [] },
  ...changes,
})

const matching = (text: string, nodes: readonly Selectable[]) => nodes.filter(toMatcher(parseSelection(text), now)).map((node) => node.name)
const names = (...all: string[]) => all.map((name) => toNode(name))
const upTo = (count: number) => Array.from({ length: count }, (_, index) => toNode(`n${index + 1}`))

describe('names', () => {
  it.each([
    ['', ['n1', 'n2', 'n10', 'gpu1']],
    ['n1', ['n1', 'n10']], // plain text is a part of the name
    ['N1', ['n1', 'n10']],
    ['n1,', ['n1']], // a list is exact, even of one
    ['n1,n2', ['n1', 'n2']],
    ['n[1-2]', ['n1', 'n2']],
    ['n[2,10]', ['n2', 'n10']],
    ['n[1-2],gpu1', ['n1', 'n2', 'gpu1']],
    ['n1-n2', ['n1', 'n2']],
    ['n1:n10', ['n1', 'n2', 'n10']],
    ['n[1:10:9]', ['n1', 'n10']],
    ['n*,', ['n1', 'n2', 'n10']],
    ['n gpu', []], // words must all hold
    ['gpu1-ipmi', ['gpu1']], // the BMC's address counts as text
    ['nothing', []],
  ])('%j', (text, expected) => {
    expect(matching(text, names('n1', 'n2', 'n10', 'gpu1'))).toEqual(expected)
  })

  it('keeps zero padding and several numbers', () => {
    const nodes = names('r1u01', 'r1u1', 'r1u10', 'r3u02', 'r4u02')
    expect(matching('r[1-3]u[01-10]', nodes)).toEqual(['r1u01', 'r1u10', 'r3u02'])
    expect(matching('r[1-3]u[1-10]', nodes)).toEqual(['r1u1', 'r1u10'])
  })

  it('reads a span of names that contain hyphens', () => {
    expect(matching('rack-a-1-rack-a-3', names('rack-a-1', 'rack-a-2', 'rack-a-4', 'rack-b-2'))).toEqual(['rack-a-1', 'rack-a-2'])
  })

  it('does not expand a range, however wide', () => {
    expect(matching('n[1-999999999]', upTo(3))).toEqual(['n1', 'n2', 'n3'])
  })

  it('means a group in a list', () => {
    expect(matching('n1,compute', [toNode('n1'), toNode('n2', { groups: ['Compute'] }), toNode('n3')])).toEqual(['n1', 'n2'])
  })
})

describe('properties', () => {
  const nodes = [
    toNode('n1', { identity: { model: 'PowerEdge R740', manufacturer: 'Dell Inc.' }, rack: 'A1', attributes: { Project: 'lattice' } }),
    toNode('n2', { power: { state: 'off', at: fresh }, rack: 'A2', tags: ['spare'] }),
    toNode('n3', { health: { level: 'critical', reasons: [], at: fresh } }),
    toNode('n4', { power: { state: 'on', at: '2026-11-23T10:00:00.000Z' } }),
  ]
  it.each([
    ['power=on', ['n1', 'n3']], // n4's on is two hours old, so unknown
    ['power=unknown', ['n4']],
    ['health=critical', ['n3']],
    ['health=critical,power=off', ['n2', 'n3']],
    ['power=on health=ok', ['n1']],
    ['model="poweredge r740"', ['n1']],
    ['model=*r74*', ['n1']],
    ['rack=a*', ['n1', 'n2']],
    ['tag=spare', ['n2']],
    ['project=lattice', ['n1']],
    ['constructor=x', []],
    ['power=', ['n1', 'n2', 'n3', 'n4']], // still being typed
    ['n[1-2] power=on', ['n1']],
  ])('%j', (text, expected) => {
    expect(matching(text, nodes)).toEqual(expected)
  })
})

describe('problems', () => {
  it.each([
    ['n[1-', 'unclosed-bracket'],
    ['n[5-1]', 'bad-range'],
    ['n[a]', 'bad-range'],
    ['n[]', 'bad-range'],
    ['model="Power', 'unclosed-quote'],
  ])('%j is %s', (text, code) => {
    expect(parseSelection(text).problem?.code).toBe(code)
  })

  it('still filters by what stands before an open bracket', () => {
    expect(matching('n[1-', names('n1', 'gpu1'))).toEqual(['n1'])
  })

  it('takes regular expression signs as text', () => {
    expect(matching('n.(', names('n1'))).toEqual([])
    expect(matching('(((+?,x', names('n1'))).toEqual([])
  })
})

describe('foldNames', () => {
  it.each([
    [['n9', 'n10'], 'n[9-10]'],
    [['n7', 'n1', 'n3', 'n2', 'root'], 'n[1-3,7],root'],
    [['n01', 'n02', 'n10'], 'n[01-02],n10'],
    [['r1u01', 'r1u02', 'r2u01'], 'r1u[01-02],r2u01'],
    [['n1', 'n1'], 'n1'],
    [['web'], 'web'],
    [[], ''],
  ])('%j', (all, expected) => {
    expect(foldNames(all)).toBe(expected)
  })

  it('is read back as the same nodes', () => {
    const all = ['n1', 'n2', 'n12', 'gpu01', 'gpu02', 'root']
    expect(matching(foldNames(all), names(...all, 'n3', 'gpu1'))).toEqual(all)
  })
})

it('sorts naturally', () => {
  expect(['n10', 'n2', 'n1'].sort(byName)).toEqual(['n1', 'n2', 'n10'])
})
