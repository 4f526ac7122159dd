import { describe, expect, test } from 'vitest'
import { carryOver, inventoryChanges } from './inventory-changes.ts'
import { inventory, type Inventory, type Part } from './inventory.ts'

const dimm = (slot: string, serial: string, more: Partial<Part> = {}): Part => ({
  kind: 'memory',
  slot,
  name: slot,
  serial,
  partNumber: 'M393A4K40EB3-CWE',
  sizeBytes: 2 ** 35,
  ...more,
})
const drive = (slot: string, serial: string): Part => ({ kind: 'drive', slot, name: slot, serial })
const reading = (parts: Part[], more: Partial<Inventory> = {}): Inventory => ({ parts, sections: { memory: 'read', drive: 'read' }, absent: {}, ...more })
const short = (before: Inventory, after: Inventory) => inventoryChanges(before, after).map(({ change, slot }) => `${change} ${slot}`)

const base = reading([dimm('DIMM C1', 'S1'), dimm('DIMM C2', 'S2'), drive('Bay 1', 'D1')])

describe('inventoryChanges', () => {
  test('the same reading changes nothing', () => {
    expect(inventoryChanges(base, structuredClone(base))).toEqual([])
  })

  test('another serial number in a slot: replaced, with both parts', () => {
    const after = reading([dimm('DIMM C1', 'S1'), dimm('DIMM C2', 'S9'), drive('Bay 1', 'D1')])
    expect(inventoryChanges(base, after)).toEqual([
      { change: 'replaced', kind: 'memory', slot: 'DIMM C2', before: dimm('DIMM C2', 'S2'), after: dimm('DIMM C2', 'S9'), fields: ['serial'] },
    ])
  })

  test('swapped modules say whence they came', () => {
    const after = reading([dimm('DIMM C1', 'S2'), dimm('DIMM C2', 'S1'), drive('Bay 1', 'D1')])
    expect(inventoryChanges(base, after).map(({ slot, movedFrom }) => [slot, movedFrom])).toEqual([
      ['DIMM C1', 'DIMM C2'],
      ['DIMM C2', 'DIMM C1'],
    ])
  })

  test('added and removed', () => {
    expect(short(base, reading([dimm('DIMM C1', 'S1'), dimm('DIMM C2', 'S2'), drive('Bay 2', 'D2')]))).toEqual(['added Bay 2', 'removed Bay 1'])
    // The only drive may be pulled.
    expect(short(base, reading([dimm('DIMM C1', 'S1'), dimm('DIMM C2', 'S2')]))).toEqual(['removed Bay 1'])
  })

  test.each(['failed', 'partial'] as const)('a part that a %s reading lacks is not removed', (state) => {
    const after = reading([dimm('DIMM C1', 'S1'), dimm('DIMM C2', 'S2')], { sections: { memory: 'read', drive: state } })
    expect(inventoryChanges(base, after)).toEqual([])
  })

  test('a partial reading may show a replaced part, and what it lacked is not new in the next', () => {
    const partial = reading([dimm('DIMM C2', 'S9')], { sections: { memory: 'partial' } })
    expect(short(base, partial)).toEqual(['replaced DIMM C2'])
    expect(short(partial, base)).toEqual(['replaced DIMM C2'])
  })

  test('a BMC that tells of no memory at all has not been told: nothing was removed, nor added later', () => {
    const off = reading([drive('Bay 1', 'D1')])
    expect(inventoryChanges(base, off)).toEqual([])
    expect(inventoryChanges(off, base)).toEqual([])
  })

  test('a kind that only one of two protocols tells is not compared', () => {
    expect(inventoryChanges(base, reading([], { sections: { fru: 'read' } }))).toEqual([])
  })

  test('the same part with another firmware: changed, with the field; a missing field says nothing', () => {
    const with_ = (firmware?: string): Inventory =>
      reading([{ ...drive('Bay 1', 'D1'), ...(firmware === undefined ? {} : { firmware }) }], { sections: { drive: 'read' } })
    expect(inventoryChanges(with_('1.0'), with_('1.1'))).toMatchObject([{ change: 'changed', slot: 'Bay 1', fields: ['firmware'] }])
    expect(inventoryChanges(with_('1.0'), with_())).toEqual([])
  })

  test('without serial numbers another part number is another part; with the same serial number a new spelling is not', () => {
    const old: Part = { kind: 'drive', slot: 'Bay 1', name: 'Bay 1', partNumber: 'A', model: 'SSD' }
    expect(short(reading([old]), reading([{ ...old, partNumber: 'B' }]))).toEqual(['replaced Bay 1'])
    const numbered = { ...old, serial: 'D1' }
    expect(inventoryChanges(reading([numbered]), reading([{ ...numbered, model: 'SSD (Intel)' }]))).toEqual([])
    expect(inventoryChanges(reading([numbered]), reading([{ ...numbered, serial: ' d1' }]))).toEqual([])
  })

  test('what comes and goes by itself is no change', () => {
    const nic: Part = { kind: 'nic', slot: '1', name: 'eth0', mac: '02:00:00:00:00:01', linkUp: true, speedMbps: 25_000, health: 'ok' }
    const sections = { nic: 'read' } as const
    expect(inventoryChanges(reading([nic], { sections }), reading([{ ...nic, linkUp: false, speedMbps: 0, health: 'warning' }], { sections }))).toEqual([])
    expect(short(reading([nic], { sections }), reading([{ ...nic, mac: '02:00:00:00:00:02' }], { sections }))).toEqual(['replaced 1'])
    const option: Part = { kind: 'bootOption', slot: 'Boot0001', name: 'ubuntu', bootPlace: 1 }
    const options = (parts: Part[]) => reading(parts, { sections: { bootOption: 'read' } })
    expect(inventoryChanges(options([option]), options([{ ...option, slot: 'Boot0002' }]))).toEqual([])
  })
})

describe('carryOver', () => {
  test('what a reading could not tell is kept, so that a change in between is still seen', () => {
    const failed = reading([dimm('DIMM C1', 'S1'), dimm('DIMM C2', 'S2')], { sections: { memory: 'read', drive: 'failed' } })
    const kept = carryOver(base, failed)
    expect(kept.parts.map(({ slot }) => slot)).toEqual(['DIMM C1', 'DIMM C2', 'Bay 1'])
    expect(kept.sections.drive).toBe('read')
    expect(short(kept, reading([dimm('DIMM C1', 'S1'), dimm('DIMM C2', 'S2'), drive('Bay 1', 'D7')]))).toEqual(['replaced Bay 1'])
  })

  test('a host that is off keeps its memory; a drive that was pulled is not kept', () => {
    expect(carryOver(base, reading([])).parts.map(({ slot }) => slot)).toEqual(['DIMM C1', 'DIMM C2'])
  })

  test('the first reading is what it is', () => {
    expect(carryOver(null, base)).toBe(base)
  })
})

test('the schema takes what the types say', () => {
  expect(inventory.parse(base)).toEqual(base)
  expect(inventory.safeParse({ ...base, sections: { memory: 'perhaps' } }).success).toBe(false)
})
