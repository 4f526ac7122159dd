import { expect, it } from 'vitest'
import { readZoneName } from './zone-name.ts'

it.each([
  ['All fans', 'all', '', ''],
  ['All fans, at least', 'allAtLeast', '', ''],
  ['CPU and system (FAN1 …)', 'cpu', '', '(FAN1 …)'],
  ['Zone 0 (FAN1 …)', 'zone', '0', '(FAN1 …)'],
  ['Zone 12', 'zone', '12', ''],
  ['Place 2', 'place', '2', ''],
])('knows %s', (name, key, n, fans) => {
  expect(readZoneName(name)).toEqual({ key, values: { n, fans } })
})

it.each(['Fan Zone A', 'Zone', 'Fan 1 duty', 'SYS_FAN 1'])('leaves %s to its BMC', (name) => {
  expect(readZoneName(name)).toBeNull()
})
