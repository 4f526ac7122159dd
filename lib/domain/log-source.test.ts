import { expect, it } from 'vitest'
import { toHardwareLog } from './log-source.ts'

it.each([
  // As the recorded machines name those that can be cleared.
  [['Sel'], 'Sel'],
  [['IEL', 'IML', 'SL'], 'IML'],
  [['AuditLog', 'PlatformLog'], 'PlatformLog'],
  [['AuditLog', 'BIOS', 'EventLog', 'Logs', 'SEL'], 'SEL'],
  [['RedfishLog', 'SEL'], 'SEL'],
  [['Managers EventLog', 'Systems SEL'], 'Systems SEL'],
  [['Lclog'], 'Lclog'],
  [[], undefined],
  [['AuditLog', 'Logs'], undefined],
  [['chassis SEL', 'system SEL'], undefined],
])('of %j the log of the hardware is %s', (names, expected) => {
  expect(toHardwareLog(names.map((name) => ({ name })))?.name).toBe(expected)
})
