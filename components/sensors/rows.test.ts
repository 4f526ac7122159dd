import { describe, expect, it } from 'vitest'
import { asOfNow, isOfSupply, pick, toGroups, toSensorQuery, toSensorView, type SensorRow } from './rows.ts'

const sensor = (name: string, changes: Partial<SensorRow> = {}): SensorRow => ({
  key: name,
  name,
  kind: 'temperature',
  reading: 40,
  unit: '°C',
  health: 'ok',
  thresholds: {},
  source: 'SDR 0x0001',
  at: '2026-11-23T12:00:00Z',
  ...changes,
})
const view = toSensorView(new URLSearchParams())

describe('the address', () => {
  it('says the same view again', () => {
    const query = '?q=psu&kind=fan&sort=-reading'
    expect(toSensorQuery(toSensorView(new URLSearchParams(query)))).toBe(query)
  })
  it('ignores a kind and an order that it does not know', () => {
    expect(toSensorView(new URLSearchParams('?kind=x&sort=y'))).toEqual({ text: '', kind: null, sort: null, descending: false })
  })
})

describe('toGroups', () => {
  const sensors = [sensor('CPU 10', { reading: 50 }), sensor('CPU 2', { reading: 70 }), sensor('Fan 1', { kind: 'fan', reading: 5000 }), sensor('PSU 2', { kind: 'state', reading: null, states: ['input lost'] })]
  const names = (groups: ReturnType<typeof toGroups>) => groups.map(({ kind, rows }) => [kind, ...rows.map(({ name }) => name)])
  it('groups by kind and keeps the order of the BMC', () => {
    expect(names(toGroups(sensors, view))).toEqual([['temperature', 'CPU 10', 'CPU 2'], ['fan', 'Fan 1'], ['state', 'PSU 2']])
  })
  it('sorts naturally, and by reading from the top', () => {
    expect(names(toGroups(sensors, { ...view, sort: 'name' }))[0]).toEqual(['temperature', 'CPU 2', 'CPU 10'])
    expect(names(toGroups(sensors, { ...view, kind: 'temperature', sort: 'reading', descending: true }))).toEqual([['temperature', 'CPU 2', 'CPU 10']])
  })
  it('finds by name and by state', () => {
    expect(names(toGroups(sensors, { ...view, text: 'LOST' }))).toEqual([['state', 'PSU 2']])
  })
})

it('picks the unwell first, in the order of the BMC', () => {
  const rows = [sensor('a', { reading: 10 }), sensor('b', { reading: 90 }), sensor('c', { reading: 20, health: 'warning' }), sensor('d', { reading: 80 })]
  expect(pick(rows, 3).map(({ name }) => name)).toEqual(['b', 'c', 'd'])
})

it.each([
  [{ name: 'Input Power', source: '/redfish/v1/Chassis/1/Power#/PowerSupplies/0' }, true],
  [{ name: 'PSU1 Status', source: 'SDR 0x0061' }, true],
  [{ name: 'PS2 Input', source: 'SDR 0x0062' }, true],
  [{ name: 'PCH Temp', source: 'SDR 0x0063' }, false],
  [{ name: 'PSoC', source: 'SDR 0x0064' }, false],
])('%j is of a supply: %s', (part, expected) => {
  expect(isOfSupply(part)).toBe(expected)
})

it('knows nothing of a sensor that was not read for three sweeps', () => {
  const read = Date.parse('2026-11-23T12:00:00Z')
  expect(asOfNow(sensor('a'), read + 180_000, false).health).toBe('ok')
  expect(asOfNow(sensor('a'), read + 180_001, false).health).toBe('unknown')
  expect(asOfNow(sensor('a'), read, true).health).toBe('unknown')
})
