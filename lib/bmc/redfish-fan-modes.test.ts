import { describe, expect, it } from 'vitest'
import { toFanObjection } from '#lib/domain/fan.ts'
import { readFanRoute, type FormRoute } from '#lib/redfish/fan-route.ts'
import { createModel } from '#lib/redfish/model.ts'
import { createMemorySession } from '#lib/redfish/testing/memory-session.ts'
import { toFanControl, toFormMode, toModePatch } from './redfish-fan-control.ts'

const link = (path: string) => ({ '@odata.id': path })

/** A manager whose Oem holds a form of fans. */
async function routeOf(oem: unknown): Promise<FormRoute> {
  const tree = {
    '/redfish/v1': { Systems: link('/redfish/v1/Systems'), Managers: link('/redfish/v1/Managers') },
    '/redfish/v1/Systems': { Members: [link('/redfish/v1/Systems/1')] },
    '/redfish/v1/Systems/1': { SystemType: 'Physical', PowerState: 'On', Links: { ManagedBy: [link('/redfish/v1/Managers/1')] } },
    '/redfish/v1/Managers': { Members: [link('/redfish/v1/Managers/1')] },
    '/redfish/v1/Managers/1': { Oem: oem },
  }
  return (await readFanRoute(createModel(createMemorySession(tree)))) as FormRoute
}

describe("a maker's mode with a second property beside it", () => {
  const huawei = (change: Record<string, unknown>) => routeOf({ Huawei: { FanSpeedAdjustmentMode: 'Automatic', FanSmartCoolingMode: 'LowNoise', ...change } })

  it.each([
    ['the way in which the BMC steers', {}, 'LowNoise'],
    ['the manual mode, whatever stands beside', { FanSpeedAdjustmentMode: 'Manual' }, 'Manual'],
    ['that it steers, where the way is none of those that can be asked for', { FanSmartCoolingMode: 'Custom' }, 'Automatic'],
    ['that it steers, where nothing else is told', { FanSmartCoolingMode: null }, 'Automatic'],
  ])('reads as %s', async (_, change, mode) => {
    expect(toFormMode(await huawei(change))).toBe(mode)
  })

  it('is asked for by a way in which the BMC steers, so that what was set is what is read', async () => {
    const control = toFanControl(await huawei({}))
    expect(control.modes.filter(({ canSet }) => canSet).map(({ id }) => id)).toEqual(['EnergySaving', 'LowNoise', 'HighPerformance'])
    expect(control.automatic).toBe('Automatic')
    expect(toFanControl(await huawei({ FanSmartCoolingMode: null })).modes).toEqual([{ id: 'Automatic', name: 'Automatic', kind: 'automatic', canSet: true }])
  })

  it('takes the ways that the BMC lists', async () => {
    const route = await huawei({ FanSmartCoolingMode: 'Custom', 'FanSmartCoolingMode@Redfish.AllowableValues': ['LowNoise', 'Custom'] })
    expect(toFormMode(route)).toBe('Custom')
    expect(toModePatch(route, 'Custom').body).toEqual({ Oem: { Huawei: { FanSpeedAdjustmentMode: 'Automatic', FanSmartCoolingMode: 'Custom' } } })
  })
})

describe("a BMC's own words for modes", () => {
  const long = 'Acoustic_for_rooms_in_which_people_sit_beside_it'
  const tooLong = 'x'.repeat(65)
  const openbmc = (current: string) => routeOf({ OpenBmc: { Fan: { Profile: current, 'Profile@Redfish.AllowableValues': ['Default', long, tooLong] } } })

  it('are sent and read as they are, and one that would have to be cut is not offered', async () => {
    const route = await openbmc(long)
    const control = toFanControl(route)
    expect(control.modes.map(({ id }) => id)).toEqual(['Default', long])
    expect(toFormMode(route)).toBe(long)
    expect(toModePatch(route, long).body).toEqual({ Oem: { OpenBmc: { Fan: { Profile: long } } } })
    expect(toFanObjection({ kind: 'mode', mode: tooLong }, control)).toContain('no mode')
  })
})
