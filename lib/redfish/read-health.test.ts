import { describe, expect, it } from 'vitest'
import { createMemorySession, createSmallTree } from './testing/memory-session.ts'
import { createModel } from './model.ts'
import { readHealth } from './read-health.ts'
import { readSensors } from './read-sensors.ts'
import { readStatus } from './status.ts'

const POWER = '/redfish/v1/Chassis/c/Power'
const THERMAL = '/redfish/v1/Chassis/c/Thermal'

async function healthOf(more: Record<string, unknown>, system: Record<string, unknown> = {}) {
  const tree = createSmallTree({ Thermal: THERMAL, Power: POWER }, more)
  tree['/redfish/v1/Systems/s'] = { ...(tree['/redfish/v1/Systems/s'] as object), ...system }
  const model = createModel(createMemorySession(tree))
  const { health, reasons } = await readHealth(model, await readSensors(model))
  return [health, reasons.map((reason) => reason.message)]
}

describe('readHealth', () => {
  it('is OK without a reason', async () => {
    expect(await healthOf({})).toEqual(['OK', []])
  })

  it('names the supply, not the system that it made unwell', async () => {
    const supplies = [
      { Name: 'PSU', Status: { State: 'Enabled', Health: 'OK' } },
      { Name: 'PSU', Status: { State: 'UnavailableOffline', Health: 'Critical' } },
    ]
    const system = { Status: { State: 'Enabled', Health: 'Critical', HealthRollup: 'Critical' } }
    expect(await healthOf({ [POWER]: { PowerSupplies: supplies } }, system)).toEqual(['Critical', ['Power supply 2: Critical']])
  })

  it('puts the system first when the parts are less unwell than it says', async () => {
    const fans = [{ Name: 'Fan 3', Reading: 300, Status: { State: 'Enabled', Health: 'Warning' } }]
    const system = { Status: { Health: 'Critical' } }
    expect(await healthOf({ [THERMAL]: { Fans: fans } }, system)).toEqual(['Critical', ['System: Critical', 'Fan 3: Warning']])
  })

  it('is not known when the system does not say that it is well and a part could not be read', async () => {
    const silent = { Status: { State: 'Enabled' } }
    const supply = { [POWER]: { PowerSupplies: [{ Name: 'PSU', Status: { State: 'Enabled', Health: 'OK' } }] } }
    expect(await healthOf({ ...supply, [THERMAL]: 500 }, silent)).toEqual([undefined, []])
    expect(await healthOf({ ...supply, [THERMAL]: { Fans: [] } }, silent)).toEqual(['OK', []])
    expect(await healthOf({ ...supply, [THERMAL]: 500 })).toEqual(['OK', []])
  })

  it.each([
    [{ Health: 'Critical', State: 'Disabled' }, 'OK'],
    [{ Health: 'Critical', State: null }, 'OK'],
    [{ Health: 'Critical' }, 'OK'],
    [{ Health: 'Critical', State: 'Enabled' }, 'Critical'],
  ])('believes a PowerControl that is unwell only where it is enabled: %j is %s (Gigabyte)', async (Status, health) => {
    expect((await healthOf({ [POWER]: { PowerControl: [{ Name: 'Chassis Power Control', PowerConsumedWatts: 100, Status }] } }))[0]).toBe(health)
  })

  it('takes no absent part for a fault', async () => {
    const supplies = [{ Status: { State: 'Absent', Health: 'Warning' } }]
    const temperatures = [{ Name: 'PCIe 5', ReadingCelsius: 0, Status: { State: 'Absent', Health: 'Critical' } }]
    expect(await healthOf({ [POWER]: { PowerSupplies: supplies }, [THERMAL]: { Temperatures: temperatures } })).toEqual(['OK', []])
  })

  it('takes an absent part for the reason when the system is unwell and nothing else says why', async () => {
    const supplies = [
      { Name: 'PS1', Status: { State: 'Enabled', Health: 'OK' } },
      { Name: 'PS2', Status: { State: 'Absent', Health: 'Critical' } },
    ]
    const system = { Status: { Health: 'Critical' } }
    expect(await healthOf({ [POWER]: { PowerSupplies: supplies } }, system)).toEqual(['Critical', ['PS2: Absent, Critical']])
  })

  it('counts memory and processors by their rollup', async () => {
    const system = { MemorySummary: { Status: { Health: 'OK', HealthRollup: 'Warning' } }, ProcessorSummary: { Status: 'Ok' } }
    expect(await healthOf({}, system)).toEqual(['Warning', ['Memory: Warning']])
  })

  it('looks for the drive when the system is unwell and nothing says why', async () => {
    const storage = '/redfish/v1/Systems/s/Storage'
    const drives = [{ '@odata.id': `${storage}/1/Drives/a` }, { '@odata.id': `${storage}/1/Drives/b` }]
    const more = {
      [storage]: { Members: [{ '@odata.id': `${storage}/1` }] },
      [`${storage}/1`]: { Name: 'RAID', Status: { Health: 'OK' }, Drives: drives },
      [`${storage}/1/Drives/a`]: { Name: 'Drive 0', Status: { Health: 'OK' } },
      [`${storage}/1/Drives/b`]: { Name: 'Drive 1', Status: { Health: 'Critical' } },
    }
    const system = { Status: { HealthRollup: 'Critical' }, Storage: { '@odata.id': storage } }
    expect(await healthOf(more, system)).toEqual(['Critical', ['Drive 1: Critical']])
  })

  it('does not repeat that search at every sweep', async () => {
    const memory = '/redfish/v1/Systems/s/Memory'
    const tree = createSmallTree({}, { [memory]: { Members: [] } })
    tree['/redfish/v1/Systems/s'] = { Status: { Health: 'Critical' }, Memory: { '@odata.id': memory } }
    const session = createMemorySession(tree)
    const model = createModel(session)
    const sweep = await readSensors(model)
    await readHealth(model, sweep)
    expect((await readHealth(model, sweep)).reasons).toMatchObject([{ part: 'System' }])
    expect(session.requests.filter((request) => request === `GET ${memory}`)).toHaveLength(1)
  })

  it('states nothing where the BMC states nothing', async () => {
    const silent = { Status: { State: 'Enabled' } }
    const more = { '/redfish/v1/Chassis/c': silent, '/redfish/v1/Managers/m': silent }
    expect(await healthOf(more, silent)).toEqual([undefined, []])
  })
})

describe('vendor slips in Status', () => {
  it.each([
    [{ Health: 'Ok', State: 'Enabled' }, 'OK'],
    [{ Health: 'OK ' }, 'OK'],
    [{ Health: 'Enabled' }, 'OK'],
    [{ Health: '' }, undefined],
    [{ Health: null }, undefined],
    [{ Health: 'constructor' }, undefined],
    [{ Health: true }, undefined],
    ['OK', 'OK'],
    [true, undefined],
    [undefined, undefined],
    [[], undefined],
  ])('%j', (raw, health) => expect(readStatus(raw).health).toBe(health))

  it('reads the older spelling of the rollup', () => {
    expect(readStatus({ HealthRollUp: 'Warning' }).rollup).toBe('Warning')
  })
})
