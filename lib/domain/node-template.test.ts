import { describe, expect, it } from 'vitest'
import { expandAddresses, expandNames, fillTemplate } from './node-template.ts'

describe('expandNames', () => {
  it.each<[string, string[]]>([
    ['n[1-3]', ['n1', 'n2', 'n3']],
    ['N[08-10], gpu[1-2],root', ['n08', 'n09', 'n10', 'gpu1', 'gpu2', 'root']],
    ['r[1-2]u[01-02]', ['r1u01', 'r1u02', 'r2u01', 'r2u02']],
    ['n1-n3', ['n1', 'n2', 'n3']],
    ['n[1,3]', ['n1', 'n3']],
    ['n1,n1', ['n1', 'n1']],
  ])('%j', (text, names) => {
    expect(expandNames(text, 1000)).toEqual(names)
  })
  it.each([
    ['n[1-', 'unclosed-bracket'],
    ['n[3-1]', 'bad-range'],
    ['n[1-1001]', 'too-many'],
    ['n[1-600],m[1-600]', 'too-many'],
    [' , ', 'empty'],
  ])('%j is %s', (text, code) => {
    expect(expandNames(text, 1000)).toMatchObject({ code })
  })
})

describe('fillTemplate', () => {
  it.each([
    ['{name}-ipmi.example.org', 'n07', 'n07-ipmi.example.org'],
    ['10.0.{1}.{2+100}', 'r3u07', '10.0.3.107'],
    ['10.0.0.{1}', 'n007', '10.0.0.7'], // an address has no leading zeros
    ['bmc-{1}', 'n007', 'bmc-007'],
    ['bmc-{1+0}', 'n007', 'bmc-7'],
    ['{2-1}', 'r3u07', '6'],
    ['fd00::{1}', 'n12', 'fd00::12'],
    ['10.0.0.5', 'n1', '10.0.0.5'],
  ])('%j for %s', (template, name, filled) => {
    expect(fillTemplate(template, name)).toBe(filled)
  })
  it.each(['{2}', '{x}', '{}', '{name+1}'])('%j means nothing for n1', (text) => {
    expect(fillTemplate(text, 'n1')).toEqual({ code: 'unknown-placeholder', text })
  })
})

describe('expandAddresses', () => {
  const names = ['r1u1', 'r1u2', 'r2u1', 'r2u2']
  it('goes through its ranges as the names go through theirs', () => {
    expect(expandAddresses('10.0.[1-2].[11-12]', names)).toEqual(['10.0.1.11', '10.0.1.12', '10.0.2.11', '10.0.2.12'])
    expect(expandAddresses('10.0.0.[1-2],10.0.1.[1-2]', names)).toEqual(['10.0.0.1', '10.0.0.2', '10.0.1.1', '10.0.1.2'])
    expect(expandAddresses('{name}-ipmi', names)).toEqual(names.map((name) => `${name}-ipmi`))
  })
  it('gives each name its own problem', () => {
    expect(expandAddresses('10.0.0.{1}', ['n1', 'root'])).toEqual(['10.0.0.1', { code: 'unknown-placeholder', text: '{1}' }])
  })
  it.each(['10.0.0.[1-3]', '10.0.0.[1-5]', '10.0.0.[1-999999999]'])('%s is not as many', (template) => {
    expect(expandAddresses(template, names)).toEqual({ code: 'unequal', text: template })
  })
})
