import { describe, expect, it } from 'vitest'
import { toNamePattern, toNames, type NamePattern } from './name-pattern.ts'
import { parseSelection, type Selectable } from './selection.ts'
import { findUnmatched } from './unmatched.ts'

const toNode = (name: string, changes: Partial<Selectable> = {}): Selectable => ({
  name,
  groups: [],
  tags: [],
  rack: null,
  attributes: {},
  identity: {},
  protected: false,
  power: { state: 'unknown', at: null },
  health: { level: 'unknown', reasons: [], at: null },
  bmc: { address: `${name}-ipmi`, protocol: 'auto', state: 'ok', via: null, failure: null, latencyMs: null, endpoints: [] },
  ...changes,
})

describe('findUnmatched', () => {
  const nodes = [toNode('n1', { groups: ['GPU'], attributes: { Project: 'x' } }), toNode('n2'), toNode('n3'), toNode('r1u01')]
  it.each([
    ['n1,n9,gpu,-(x[1-3]),~zz', ['n9', 'x[1-3]']],
    ['n[1-3],gpu,r1u[01-01],*', []],
    ['n[1-5]', ['n[4-5]']], // only what is missing
    ['n[01-02]', ['n[01-02]']],
    ['n1-n4', ['n4']],
    ['n[1-3],-n4l', ['n4l']], // the one that was to be spared
    ['gpu@n[3-9]', ['n[4-9]']],
    ['x*,n*', ['x*']],
    ['n[1-999999999]', ['n[1-999999999]']],
    ['power=off,rack=z9,project=y', []], // no node may well be off
    ['rak=z9', ['rak=z9']],
    ['', []],
  ])('%j', (text, expected) => {
    expect(findUnmatched(parseSelection(text, { exact: true }), nodes)).toEqual(expected)
  })
})

describe('toNames', () => {
  const namesOf = (text: string, most = 100) => toNames(toNamePattern(text) as NamePattern, most)
  it.each([
    ['n[1-3,7]', ['n1', 'n2', 'n3', 'n7']],
    ['n[08-10]', ['n08', 'n09', 'n10']],
    ['n[1:6:2]', ['n1', 'n3', 'n5']],
    ['r[1-2]u[01-02]', ['r1u01', 'r1u02', 'r2u01', 'r2u02']],
    ['n[1-2,2]', ['n1', 'n2']],
    ['root', ['root']],
  ])('%j', (text, expected) => {
    expect(namesOf(text)).toEqual(expected)
  })

  it('makes none of more than it may', () => {
    expect(namesOf('n[1-100]')).toHaveLength(100)
    expect(namesOf('n[1-101]')).toBeNull()
    expect(namesOf('a[1-999999999]b[1-999999999]')).toBeNull()
  })
})
