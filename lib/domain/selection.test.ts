import { describe, expect, it } from 'vitest'
import { foldNames } from './fold-names.ts'
import { byName } from './natural-order.ts'
import { isEverything, parseSelection, toMatcher, type Selectable } from './selection.ts'

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

describe('operators', () => {
  const nodes = [
    toNode('n1', { groups: ['gpu'], rack: 'a1' }),
    toNode('n2', { groups: ['gpu'], rack: 'a2' }),
    toNode('n3', { rack: 'a1' }),
    toNode('n10', { rack: 'a1' }),
    toNode('r1u01', { rack: 'r1' }),
    toNode('r2u10', { rack: 'r2' }),
  ]
  it.each([
    ['n[1-10],-n2', ['n1', 'n3', 'n10']],
    ['n[1-10],-gpu', ['n3', 'n10']],
    ['gpu@rack=a1', ['n1']],
    ['n[1-3]@gpu,r1u01', ['n1', 'n2', 'r1u01']], // left to right
    ['r1u01,n[1-3]@gpu', ['n1', 'n2']],
    ['r1u01,(n[1-3]@gpu)', ['n1', 'n2', 'r1u01']],
    ['n[1-3],-(gpu,-n2)', ['n2', 'n3']],
    ['n[1-3],@gpu', ['n1', 'n2']],
    ['-gpu', ['n3', 'n10', 'r1u01', 'r2u10']],
    ['-gpu rack=a1', ['n3', 'n10']],
    ['rack=a1 -n10', ['n1', 'n3']],
    ['(rack=a1 -gpu),r1u01', ['n3', 'n10', 'r1u01']],
    ['~r1u..', ['r1u01']],
    ['~^n\\d$', ['n1', 'n2', 'n3']],
    ['~^N1', ['n1', 'n10']],
    ['~^(n|r2u)1', ['n1', 'n10', 'r2u10']],
    ['~^n[1,2],r1u01', ['n1', 'n2', 'n10', 'r1u01']],
    ['~^n\\d{1,2}$,-~0$', ['n1', 'n2', 'n3']],
    ['(~^(n|r)1)@rack=r1', ['r1u01']],
    ['r[1-2]u[01-10]@-gpu', ['r1u01', 'r2u10']],
  ])('%j', (text, expected) => {
    expect(matching(text, nodes)).toEqual(expected)
  })

  it('takes a lone word as a name where it must be exact', () => {
    const matches = toMatcher(parseSelection('n1', { exact: true }), now)
    expect(nodes.filter(matches).map(({ name }) => name)).toEqual(['n1'])
  })

  it('knows when it means everything', () => {
    expect(['', '  ', 'n1', '-n1'].map((text) => isEverything(parseSelection(text)))).toEqual([true, true, false, false])
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
    ['vendor=dell', ['n1']],
    ['vendor="dell inc."', ['n1']],
    ['vendor=inc', []],
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
    ['(n1,n2', 'unclosed-parenthesis'],
    ['n1)', 'unopened-parenthesis'],
    ['~n[', 'bad-expression'],
    ['~*', 'bad-expression'],
    ['~(n+)+$', 'bad-expression'], // takes for ever over one name
    ['~(n|n)*', 'bad-expression'],
    ['~(n)\\1', 'bad-expression'],
    ['~(?=n)', 'bad-expression'],
    ['~n*n*n*n*', 'bad-expression'],
  ])('%j is %s', (text, code) => {
    expect(parseSelection(text).problem?.code).toBe(code)
  })

  it.each([
    ['n1,n[5-1]', 3],
    ['n1,(n2,~*)', 7],
    ['n1 model="x', 3],
    ['n1)', 2],
    ['n1,(n2', 3],
  ])('%j is wrong from its character %i on', (text, at) => {
    expect(parseSelection(text).problem?.at).toBe(at)
  })

  it.each(['n1 power=', 'gpu@', 'n1,-', 'gpu@,n1', 'gpu@()', '-', 'n1,~', 'n1,""'])('%j is unfinished where it must be exact', (text) => {
    expect(parseSelection(text, { exact: true }).problem?.code).toBe('unfinished')
    expect(parseSelection(text).problem).toBeNull()
  })

  it.each(['n1,', 'n1,,n2', '-n1', 'n1,@n2', 'n1@-n2', ''])('%j is finished', (text) => {
    expect(parseSelection(text, { exact: true }).problem).toBeNull()
  })

  it('still filters by what stands before an open bracket', () => {
    expect(matching('n[1-', names('n1', 'gpu1'))).toEqual(['n1'])
  })

  it.each([
    ['n.', []], // no regular expression without ~
    ['n?', []],
    ['+?,n1', ['n1']],
    ['(n1', ['n1']], // still being typed
    ['n1)', ['n1']],
    ['()', ['n1']],
    ['n1,', ['n1']],
    ['-', ['n1']],
    ['~', ['n1']],
  ])('filters by what it can read of %j', (text, expected) => {
    expect(matching(text, names('n1'))).toEqual(expected)
  })

  it('ends, whatever is typed', () => {
    for (const text of ['('.repeat(4096), '['.repeat(4096), '-,@'.repeat(1000), '~('.repeat(2000), '\\', '~\\', '"', '~"'.repeat(999), 'a('.repeat(99) + ')'.repeat(99)]) {
      expect(() => matching(text, names('n1'))).not.toThrow()
    }
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
