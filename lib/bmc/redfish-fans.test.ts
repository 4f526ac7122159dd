import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FanControl } from '#lib/domain/fan.ts'
import type { MakeName } from '#simulator/makes.ts'
import type { NodePlan } from '#simulator/rack-plan.ts'
import { startRack, type Rack } from '#simulator/rack.ts'
import type { Bmc } from './bmc.ts'
import { openRedfishBmc } from './redfish-bmc.ts'
import { isClosed } from './redfish-fans.ts'

let clock = Date.UTC(2026, 10, 1)
let rack: Rack
const bmcs = new Map<string, Bmc>()
const plan = (name: string, make: MakeName, more: Partial<NodePlan> = {}): NodePlan => ({ name, make, persona: 'healthy', protocol: 'redfish', faces: ['redfish'], ...more })

async function bmcOf(name: string): Promise<Bmc> {
  const { address, ports, username, password } = rack.node(name).describe()
  const bmc = bmcs.get(name) ?? (await openRedfishBmc({ address, ip: address, port: ports.redfish!, username, password, pin: null }))
  bmcs.set(name, bmc)
  return bmc
}
const fansOf = async (name: string) => (await (await bmcOf(name)).readAbilities(30_000)).abilities.fans!
const controlOf = async (name: string): Promise<FanControl> => (await fansOf(name)).control!
const fans = (name: string) => rack.node(name).machine.fans
const accepted = { kind: 'accepted' }

beforeAll(async () => {
  rack = await startRack({
    now: () => clock,
    nodes: [plan('supermicro', 'supermicro'), plan('hpe', 'hpe'), plan('xfusion', 'xfusion'), plan('lenovo', 'lenovo'), plan('openbmc', 'openbmc'), plan('dell', 'dell'), plan('controls', 'gigabyte', { hasFanControls: true })],
  })
})
afterAll(async () => {
  await Promise.all([...bmcs.values()].map((bmc) => bmc.close()))
  await rack?.close()
})

describe('fans over Redfish', () => {
  it("by Supermicro's FanMode: modes, and no duty", async () => {
    const bmc = await bmcOf('supermicro')
    const control = await controlOf('supermicro')
    expect(control).toMatchObject({ profile: 'supermicro-fan-mode', zones: [], automatic: 'Standard' })
    expect(control.sendings[1]).toEqual({ purpose: 'FullSpeed', sends: ['PATCH /redfish/v1/Managers/1/Oem/Supermicro/FanMode {"Mode":"FullSpeed"}'] })
    expect((await bmc.readFans()).mode).toBe('Optimal')
    expect(await bmc.setFans({ kind: 'mode', mode: 'FullSpeed' })).toEqual(accepted)
    expect(fans('supermicro').held()[0]).toBe(100)
    expect((await bmc.readFans()).mode).toBe('FullSpeed')
    expect(await bmc.setFans({ kind: 'automatic' })).toEqual(accepted)
    expect(fans('supermicro').held()[0]).toBeNull()
    await expect(bmc.setFans({ kind: 'duty', duties: { all: 50 } })).rejects.toMatchObject({ kind: 'failed', message: expect.stringContaining('only a mode') })
  })

  it("by HPE's thermal configuration, and the least of all fans", async () => {
    const bmc = await bmcOf('hpe')
    expect(await controlOf('hpe')).toMatchObject({ profile: 'hpe-thermal-configuration', automatic: 'OptimalCooling', guarantee: { kind: 'stays', rescues: true }, zones: [{ name: 'All fans, at least' }] })
    expect(await bmc.setFans({ kind: 'mode', mode: 'IncreasedCooling' })).toEqual(accepted)
    expect(await bmc.setFans({ kind: 'duty', duties: { all: 45 } })).toEqual(accepted)
    expect(await bmc.readFans()).toMatchObject({ mode: 'IncreasedCooling', duties: { all: 45 } })
    expect(await bmc.setFans({ kind: 'automatic' })).toEqual(accepted)
    expect(await bmc.readFans()).toMatchObject({ mode: 'OptimalCooling', duties: { all: 0 } })
    expect(fans('hpe').least()).toBe(0)
  })

  it("by Huawei's levels, under the condition that it asks for, until the timeout is over", async () => {
    const bmc = await bmcOf('xfusion')
    const control = await controlOf('xfusion')
    expect(control).toMatchObject({ profile: 'huawei-fan-speed', guarantee: { kind: 'expires', seconds: 60 }, reassertSeconds: 15 })
    expect(control.sendings.at(-1)!.sends).toEqual(['PATCH /redfish/v1/Chassis/1/Thermal {"Oem":{"xFusion":{"FanSpeedAdjustmentMode":"Manual","FanManualModeTimeoutSeconds":60,"FanSpeedLevelPercents":"{percent}"}}}'])
    expect(await bmc.setFans({ kind: 'duty', duties: { all: 35 } })).toEqual(accepted)
    expect(fans('xfusion').held()[0]).toBe(35)
    expect(await bmc.readFans()).toMatchObject({ mode: 'Manual', duties: { all: 35 } })
    clock += 61_000
    expect((await bmc.readFans()).mode).toBe('EnergySaving')
    expect(await bmc.setFans({ kind: 'mode', mode: 'LowNoise' })).toEqual(accepted)
    expect(fans('xfusion').word).toBe('LowNoise')
    expect((await bmc.readFans()).mode).toBe('LowNoise')
    expect(await bmc.setFans({ kind: 'automatic' })).toEqual(accepted)
    await expect(bmc.setFans({ kind: 'mode', mode: 'Automatic' })).rejects.toMatchObject({ kind: 'failed' })
  })

  it("by Lenovo's boost", async () => {
    const bmc = await bmcOf('lenovo')
    expect(await controlOf('lenovo')).toMatchObject({ profile: 'lenovo-fan-speed-boost', automatic: 'Normal', zones: [] })
    expect(await bmc.setFans({ kind: 'mode', mode: 'High' })).toEqual(accepted)
    expect((await bmc.readFans()).mode).toBe('High')
    const percent = Math.max(...(await bmc.readFans()).fans.map(({ rpm }) => rpm ?? 0))
    expect(await bmc.setFans({ kind: 'automatic' })).toEqual(accepted)
    expect(Math.max(...(await bmc.readFans()).fans.map(({ rpm }) => rpm ?? 0))).toBeLessThan(percent)
    await expect(bmc.setFans({ kind: 'mode', mode: 'Silent' })).rejects.toMatchObject({ kind: 'failed' })
  })

  it("by OpenBMC's profile", async () => {
    const bmc = await bmcOf('openbmc')
    expect(await controlOf('openbmc')).toMatchObject({ profile: 'openbmc-fan-profile', automatic: 'Default' })
    expect(await bmc.setFans({ kind: 'mode', mode: 'Acoustic' })).toEqual(accepted)
    expect((await bmc.readFans()).mode).toBe('Acoustic')
  })

  it('by Controls, each a zone, where they are there', async () => {
    const bmc = await bmcOf('controls')
    const control = await controlOf('controls')
    expect(control).toMatchObject({ route: 'control', automatic: 'automatic', floorPercent: 20 })
    expect(control.zones.map(({ id }) => id)).toEqual(['Fan1', 'Fan2', 'Fan3', 'Fan4', 'Fan5', 'Fan6'])
    expect(await bmc.setFans({ kind: 'duty', duties: { Fan1: 60, Fan2: 70 } })).toEqual(accepted)
    expect(fans('controls').held().slice(0, 3)).toEqual([60, 70, null])
    expect(await bmc.readFans()).toMatchObject({ mode: 'manual', duties: { Fan1: 60, Fan2: 70 } })
    await expect(bmc.setFans({ kind: 'duty', duties: { Fan1: 15 } })).rejects.toMatchObject({ kind: 'failed', message: expect.stringContaining('20 % is the least') })
    expect(await bmc.setFans({ kind: 'automatic' })).toEqual(accepted)
    expect(fans('controls').isHeld()).toBe(false)
  })

  it('by nothing where the firmware takes no change of what it shows, which is remembered as unsupported', async () => {
    fans('controls').isClosed = true
    const bmc = await bmcOf('controls')
    expect(await bmc.setFans({ kind: 'duty', duties: { Fan1: 60 } })).toEqual({ kind: 'unsupported', text: expect.stringMatching(/read-only.*takes no such change of its fans/) })
    fans('controls').isClosed = false
    expect(await bmc.setFans({ kind: 'duty', duties: { Fan1: 60 } })).toEqual(accepted)
    expect(await bmc.setFans({ kind: 'automatic' })).toEqual(accepted)
  })

  it.each([
    [{ status: 405, codes: [] }, true],
    [{ status: 501, codes: [] }, true],
    [{ status: 400, codes: ['Base.1.8.PropertyNotWritable'] }, true],
    [{ status: 400, codes: ['Base.1.8.PropertyUnknown'] }, true],
    // A value, an account and a busy BMC are no firmware.
    [{ status: 400, codes: ['Base.1.8.PropertyValueOutOfRange'] }, false],
    [{ status: 403, codes: ['Base.1.8.InsufficientPrivilege'] }, false],
    [{ status: 503, codes: ['Base.1.8.PropertyNotWritable'] }, false],
    [{ status: undefined, codes: [] }, false],
  ])('%j is a no for good: %s', (error, expected) => {
    expect(isClosed(error)).toBe(expected)
  })

  it('by nothing where the BMC shows nothing', async () => {
    expect((await fansOf('dell')).control).toBeUndefined()
    await expect((await bmcOf('dell')).setFans({ kind: 'automatic' })).rejects.toMatchObject({ kind: 'unsupported' })
    expect((await (await bmcOf('dell')).readFans()).fans.length).toBeGreaterThan(0)
  })
})
