import { describe, expect, it } from 'vitest'
import type { Part } from '#lib/domain/inventory.ts'
import { toFirmware, toFirmwareQuery, toFirmwareRows, toFirmwareView, type FirmwareView } from './rows.ts'
import { groupVersions, toFleetAddress } from './versions.ts'

const item = (slot: string, firmware: string, more: Partial<Part> = {}): Part => ({ kind: 'firmware', slot, name: slot, firmware, ...more })
const all: FirmwareView = { text: '', only: null, sort: null, descending: false }
const items = [item('NIC 10', '9.2'), item('NIC 2', '10.1', { updateable: true }), item('BIOS', '1.8.2', { otherVersions: [{ version: '1.2.4', state: 'previous' }] })]
const slots = (view: Partial<FirmwareView>) => toFirmwareRows(items, { ...all, ...view }).map(({ slot }) => slot)

describe('the firmware of a node', () => {
  it('by component, or by version as one counts', () => {
    expect(slots({})).toEqual(['BIOS', 'NIC 2', 'NIC 10'])
    expect(slots({ sort: 'version', descending: true })).toEqual(['NIC 2', 'NIC 10', 'BIOS'])
  })

  it('filtered by words, other versions among them, by what can be replaced and what is kept', () => {
    expect([slots({ text: '1.2.4' }), slots({ only: 'updateable' }), slots({ only: 'others' })]).toEqual([['BIOS'], ['NIC 2'], ['BIOS']])
  })

  it('is that of BIOS and BMC alone where the update service lists none', () => {
    const own: Part[] = [{ kind: 'bmc', slot: '1', name: 'BMC', firmware: '3.2' }, { kind: 'system', slot: 'System', name: 'X' }]
    expect(toFirmware({ parts: own })).toEqual([own[0]])
    expect(toFirmware({ parts: [...own, ...items] })).toEqual(items)
  })

  it('keeps its view in the address', () => {
    const view: FirmwareView = { text: 'nic', only: 'others', sort: 'released', descending: true }
    expect(toFirmwareView(new URLSearchParams(toFirmwareQuery(view)))).toEqual(view)
    expect(toFirmwareView(new URLSearchParams('sort=-nothing&only=x'))).toMatchObject({ sort: null, only: null })
  })
})

describe('versions across the fleet', () => {
  const node = (name: string, model?: string, biosVersion?: string) => ({ name, identity: { ...(model && { model }), ...(biosVersion && { biosVersion }) } })

  it('by model, most nodes first, those that do not tell last', () => {
    const nodes = [node('n1', 'R750', '1.8.2'), node('n2', 'R750', '1.9.0'), node('n3', 'R750', '1.9.0'), node('n4', 'R750'), node('n5')]
    expect(groupVersions(nodes, 'bios')).toEqual([
      { model: 'R750', nodes: 4, versions: [{ version: '1.9.0', nodes: ['n2', 'n3'] }, { version: '1.8.2', nodes: ['n1'] }, { version: null, nodes: ['n4'] }] },
      { model: null, nodes: 1, versions: [{ version: null, nodes: ['n5'] }] },
    ])
  })

  it('as a selection of the fleet', () => {
    expect(new URL(toFleetAddress('bios', 'PowerEdge R750', 'A43 v2.42'), 'http://x').searchParams.get('q')).toBe('bios="A43 v2.42" model="PowerEdge R750"')
  })
})
