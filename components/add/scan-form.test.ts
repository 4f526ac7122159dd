import { describe, expect, it } from 'vitest'
import { previewScan, toNames, toNodes } from './scan-form.ts'

it('tells how many addresses, and how long', () => {
  expect(previewScan('10.0.4.0/24')).toEqual({ count: 254, minutes: 1 })
  expect(previewScan('10.0.0.0/16')).toEqual({ count: 65_534, minutes: 35 })
  expect(previewScan('10.0.')).toBeNull()
})

describe('names', () => {
  const addresses = ['10.0.4.7', '10.0.4.12', 'fd00::7']
  it.each([
    ['n{4}', ['n7', 'n12', '']],
    ['r{3}u{4}', ['r4u7', 'r4u12', '']],
    ['n[1-3]', ['n1', 'n2', 'n3']],
    ['n[1-2]', ['', '', '']],
    ['', ['', '', '']],
  ])('by %j', (template, names) => {
    expect(toNames(template, addresses)).toEqual(names)
  })
})

it('gives ports only where they are not the usual ones', () => {
  const chosen = [{ name: 'n1', address: '10.0.4.1' }]
  const none = { groups: [], rack: null }
  expect(toNodes(chosen, { ports: { redfish: 443, ipmi: 623 } }, none)).toEqual([{ name: 'n1', bmc: { address: '10.0.4.1' } }])
  expect(toNodes(chosen, { ports: { redfish: 8443, ipmi: 623 } }, { groups: ['g'], rack: 'r' })).toEqual([
    { name: 'n1', bmc: { address: '10.0.4.1', ports: { redfish: 8443, ipmi: 623 } }, groups: ['g'], rack: 'r' },
  ])
})
