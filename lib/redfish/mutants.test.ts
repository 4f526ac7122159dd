import { describe, expect, it } from 'vitest'
import { isRedfishError } from './errors.ts'
import { createMemorySession, createSmallTree } from './testing/memory-session.ts'
import { createModel } from './model.ts'
import { readAbilities } from './read-abilities.ts'
import { readHealth } from './read-health.ts'
import { readIdentity } from './read-identity.ts'
import { readInventory } from './read-inventory.ts'
import { readLog } from './read-log.ts'
import { readPower } from './read-power.ts'
import { readSensors } from './read-sensors.ts'
import { readResetTypes } from './reset.ts'

const base = '/redfish/v1/Chassis/c'
const host = '/redfish/v1/Systems/s'
const status = { State: 'Enabled', Health: 'OK', HealthRollup: 'OK' }

/** A tree that has a little of everything. */
function createRichTree(): Record<string, unknown> {
  const tree = createSmallTree(
    { Thermal: `${base}/Thermal`, Power: `${base}/Power`, Sensors: `${base}/Sensors`, EnvironmentMetrics: `${base}/Environment` },
    {
      [`${base}/Thermal`]: { Temperatures: [{ Name: 'CPU', ReadingCelsius: 40, Status: status }], Fans: [{ Name: 'Fan', Reading: 35 }] },
      [`${base}/Power`]: {
        PowerControl: [{ PowerConsumedWatts: 90, PowerMetrics: { AverageConsumedWatts: 80 } }],
        PowerSupplies: [{ Name: 'PSU', Status: status, LineInputVoltage: 230 }],
        Voltages: [{ Name: '12V', ReadingVolts: 12.1 }],
        Redundancy: [{ Name: 'R', Status: status }],
      },
      [`${base}/Sensors`]: { Members: [{ '@odata.id': `${base}/Sensors/a` }] },
      [`${base}/Sensors/a`]: { Name: 'a', Reading: 1, ReadingUnits: 'V', Thresholds: { UpperCritical: { Reading: 2 } }, Status: status },
      [`${base}/Environment`]: { PowerWatts: { Reading: 91 } },
      [`${host}/LogServices`]: { Members: [{ '@odata.id': `${host}/LogServices/Sel` }] },
      [`${host}/LogServices/Sel`]: { Id: 'Sel', Entries: { '@odata.id': `${host}/LogServices/Sel/Entries` } },
      [`${host}/LogServices/Sel/Entries`]: {
        'Members@odata.count': 9,
        Members: [1, 2, 3].map((Id) => ({ Id, Created: `2026-01-0${Id}T00:00:00Z`, SensorType: [{ Member: 'Memory' }], Oem: { Hpe: { Updated: 'x' } } })),
        'Members@odata.nextLink': `${host}/LogServices/Sel/Entries?$skip=3`,
      },
      [`${host}/Memory`]: { Members: [{ '@odata.id': `${host}/Memory/1` }] },
      [`${host}/Memory/1`]: { DeviceLocator: 'A1', CapacityMiB: 1024, Status: status, Location: { PartLocation: { ServiceLabel: 'A1' } } },
      [`${host}/Storage`]: { Members: [{ '@odata.id': `${host}/Storage/1` }] },
      [`${host}/Storage/1`]: { StorageControllers: [{ Name: 'C' }], Drives: [{ '@odata.id': `${host}/Drive` }], Status: status },
      [`${host}/Bios`]: { Attributes: { a: 1 }, '@Redfish.Settings': { SettingsObject: { '@odata.id': `${host}/Bios/Settings` } } },
      [`${host}/VirtualMedia`]: { Members: [{ '@odata.id': `${host}/VirtualMedia/1` }] },
      [`${host}/VirtualMedia/1`]: { MediaTypes: ['CD'], Actions: { '#VirtualMedia.InsertMedia': { target: '/redfish/v1/x', '@Redfish.ActionInfo': '/redfish/v1/i' } } },
      [`${host}/Drive`]: { Id: 'd', CapacityBytes: 10, PhysicalLocation: [{ Info: 'Bay' }], Status: status },
    },
  )
  tree['/redfish/v1/Systems/s'] = {
    ...(tree['/redfish/v1/Systems/s'] as object),
    Boot: { BootSourceOverrideTarget: 'None' },
    MemorySummary: { TotalSystemMemoryGiB: 64, Status: status },
    Bios: { '@odata.id': `${host}/Bios` },
    VirtualMedia: { '@odata.id': `${host}/VirtualMedia` },
    LogServices: { '@odata.id': `${host}/LogServices` },
    Memory: { '@odata.id': `${host}/Memory` },
    Storage: { '@odata.id': `${host}/Storage` },
    Actions: { '#ComputerSystem.Reset': { target: '/redfish/v1/x', '@Redfish.ActionInfo': '/redfish/v1/i' } },
  }
  return tree
}

/** xorshift32: the same mutants in every run. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

const ODD_LINKS = [{ '@odata.id': '/redfish/../x' }, { '@odata.id': 7 }]
const ODD_VALUES = [null, undefined, 0, -1, 1e300, '', 'x', '59.000000', true, [], {}, [null], [[]], ...ODD_LINKS]

/** Replaces, drops or truncates one property or element somewhere below `value`. */
function mutate(value: unknown, random: () => number): unknown {
  if (typeof value !== 'object' || value === null || random() < 0.15) return ODD_VALUES[Math.floor(random() * ODD_VALUES.length)]
  const keys = Object.keys(value)
  if (keys.length === 0) return ODD_VALUES[Math.floor(random() * ODD_VALUES.length)]
  const key = keys[Math.floor(random() * keys.length)]!
  const changed = mutate((value as Record<string, unknown>)[key], random)
  if (Array.isArray(value)) return value.with(Number(key), changed)
  return { ...value, [key]: changed }
}

async function readAll(tree: Record<string, unknown>) {
  const model = createModel(createMemorySession(tree))
  const sweep = await readSensors(model)
  const readings = [await readPower(model), await readHealth(model, sweep), await readIdentity(model), await readResetTypes(model)]
  await readAbilities(model)
  const { parts } = await readInventory(model)
  const log = await readLog(model)
  // What a mutant made of the cursor must not trouble the next reading.
  await readLog(model, JSON.parse(JSON.stringify(log.cursors)))
  return { sweep, readings, parts }
}

describe('trees that nobody has seen', () => {
  it('degrade fact by fact: 250 mutants, no exception but our own, no value that is no number', async () => {
    const random = createRandom(0x5eed)
    for (let count = 0; count < 250; count++) {
      const tree = createRichTree()
      const paths = Object.keys(tree).slice(1)
      for (let changes = 1 + Math.floor(random() * 3); changes > 0; changes--) {
        const path = paths[Math.floor(random() * paths.length)]!
        tree[path] = random() < 0.1 ? [404, 403, 500][Math.floor(random() * 3)] : (mutate(tree[path], random) ?? null)
      }
      try {
        const { sweep, parts } = await readAll(tree)
        expect(parts.every(({ slot, name, sizeBytes }) => slot !== '' && name !== '' && (sizeBytes === undefined || sizeBytes > 0))).toBe(true)
        for (const { reading } of sweep.sensors) expect(reading === undefined || Number.isFinite(reading)).toBe(true)
      } catch (error) {
        if (!isRedfishError(error)) throw new Error(`mutant ${count}: ${JSON.stringify(tree)}`, { cause: error })
      }
    }
  })
})
