import { expect, it } from 'vitest'
import { keepFanRefusal, refuseFans } from './fan.ts'
import { sampleControl } from './testing/fan-control.ts'

const at = '2026-11-30T00:00:00.000Z'
const control = { ...sampleControl, firmware: '3.34' }
const probed = { can: null, reason: 'unverified', why: { key: 'fans-unverified' }, control }

it('a refusal takes the place of what the probe said, and stays while the firmware does', () => {
  const refused = refuseFans(probed, control, 'completion code D4h', at)
  expect(refused).toEqual({ can: false, reason: 'completion code D4h', why: undefined, control, refusal: { at, firmware: '3.34', profile: control.profile, text: 'completion code D4h' } })
  expect(keepFanRefusal(refused, probed)).toEqual(refused)
  const updated = { ...probed, control: { ...control, firmware: '3.40' } }
  expect(keepFanRefusal(refused, updated)).toBe(updated)
})
