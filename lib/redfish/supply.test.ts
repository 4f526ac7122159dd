import { describe, expect, it } from 'vitest'
import { toPowerPart } from './legacy-power.ts'
import { createModel } from './model.ts'
import { readInventory } from './read-inventory.ts'
import { readSensors } from './read-sensors.ts'
import { toSupplyMetricsPart } from './supply.ts'
import { createMemorySession, createSmallTree } from './testing/memory-session.ts'

const base = '/redfish/v1/Chassis/c'
const POWER = `${base}/Power`
const enabled = { State: 'Enabled', Health: 'OK' }

describe('the number of a supply', () => {
  // HPE DL325 and XL675d: all of one name, the bay in Oem, the index in the id.
  const supplies = [0, 1, 2, 3].map((index) => ({
    '@odata.id': `${POWER}#PowerSupplies/${index}`,
    Name: 'HpeServerPowerSupply',
    SerialNumber: `SN${index + 1}`,
    Status: enabled,
    Oem: { Hpe: { BayNumber: index + 1 } },
  }))
  const withoutBay = supplies.map((one) => ({ ...one, Oem: null }))
  const withoutId = supplies.map((one) => ({ ...one, '@odata.id': null }))

  it.each([
    ['whole', supplies, [1, 2, 3, 4]],
    ['without the second', supplies.toSpliced(1, 1), [1, 3, 4]],
    ['told by the index alone (Intel)', withoutBay.toSpliced(1, 1), [1, 3, 4]],
    ['told by the bay alone', withoutId.toSpliced(1, 1), [1, 3, 4]],
    ['with bays that are nonsense', supplies.map((one) => ({ ...one, Oem: { Hpe: { BayNumber: -1 }, x: null } })).toSpliced(1, 1), [1, 3, 4]],
    ['that is an address of the maker (Cray: 300)', [{ ...supplies[0], '@odata.id': `${POWER}#/PowerSupplies/300`, Oem: {} }, ...withoutBay.slice(1)], [1, 2, 3, 4]],
  ])('%s', async (_, PowerSupplies, numbers) => {
    const tree = createSmallTree({ Power: POWER }, { [POWER]: { PowerSupplies } })
    const serials = PowerSupplies.map(({ SerialNumber }) => SerialNumber)
    const names = numbers.map((number) => `Power supply ${number}`)
    const swept = (await readSensors(createModel(createMemorySession(tree)))).supplies
    expect(swept.map(({ name, serial }) => [name, serial])).toEqual(names.map((name, index) => [name, serials[index]]))
    const { parts } = await readInventory(createModel(createMemorySession(tree)))
    expect(parts.filter(({ kind }) => kind === 'supply').map(({ slot, serial }) => [slot, serial])).toEqual(names.map((name, index) => [name, serials[index]]))
  })
})

describe('figures of a supply', () => {
  it.each(['LineInputVoltage', 'PowerInputWatts', 'PowerOutputWatts'])('%s that is nonsense is said, not gone', (property) => {
    const PowerSupplies = [{ Name: 'PS1', Status: enabled, LineInputVoltage: 230, [property]: [null] }, { Name: 'PS2', [property]: null }, { Name: 'PS3', [property]: '230' }]
    expect(toPowerPart({ PowerSupplies }, POWER).garbled).toEqual([`${property} of a supply cannot be understood`])
  })

  it('of its metrics, too; 0 W of input are not reported', () => {
    const { garbled, sensors } = toSupplyMetricsPart({ InputVoltage: true, InputCurrentAmps: { Reading: {} }, InputPowerWatts: { Reading: 0 }, OutputPowerWatts: { Reading: 5 } }, `${base}/M`, 'PS1')
    expect(garbled).toEqual(['InputVoltage cannot be understood', 'InputCurrentAmps cannot be understood'])
    expect(sensors.map(({ name }) => name)).toEqual(['PS1 output power'])
  })

  it('are none for an empty bay, whose metrics say 0 W (Dell XR8620t)', async () => {
    const tree = createSmallTree(
      { PowerSubsystem: `${base}/PowerSubsystem` },
      {
        [`${base}/PowerSubsystem`]: { PowerSupplies: { '@odata.id': `${base}/PSU` } },
        [`${base}/PSU`]: { Members: [{ '@odata.id': `${base}/PSU/1` }] },
        [`${base}/PSU/1`]: { Name: 'PS2', Status: { State: 'Absent', Health: 'Critical' }, Metrics: { '@odata.id': `${base}/PSU/1/Metrics` } },
        [`${base}/PSU/1/Metrics`]: { InputPowerWatts: { Reading: 0 }, OutputPowerWatts: { Reading: 0 } },
      },
    )
    const { sensors } = await readSensors(createModel(createMemorySession(tree)))
    expect(sensors.map(({ name, kind, state }) => [name, kind, state])).toEqual([['PS2', 'state', 'Absent']])
  })
})
