import { expect, it } from 'vitest'
import { createModel } from './model.ts'
import { readInventory } from './read-inventory.ts'
import { createMemorySession, createSmallTree } from './testing/memory-session.ts'

const HOST = '/redfish/v1/Systems/s'
const CHASSIS = '/redfish/v1/Chassis/c'
const DEVICES = `${CHASSIS}/Devices`
const PROCESSORS = `${HOST}/Processors`
const at = (path: string) => ({ '@odata.id': path })

const gpu = {
  Id: '9',
  DeviceType: 'GPU',
  Name: 'NVIDIA A40',
  Manufacturer: 'NVIDIA',
  Location: 'PCI-E Slot 3',
  PartNumber: '',
  ProductPartNumber: '699-2G133',
  SerialNumber: '1334',
  FirmwareVersion: { Current: { VersionString: '94.02' } },
  Status: { State: 'Enabled', Health: 'OK' },
}

/** An iLO 5 with these devices, and processors. */
async function readAccelerators(devices: unknown[], processors: unknown[] = [], chassis: unknown = { Oem: { Hpe: { Links: { Devices: at(DEVICES) } } } }) {
  const members = (owner: string, of: unknown[]) => ({ [owner]: { Members: of.map((_, index) => at(`${owner}/${index}`)) }, ...Object.fromEntries(of.map((one, index) => [`${owner}/${index}`, one])) })
  const tree = createSmallTree({}, { ...members(DEVICES, devices), ...members(PROCESSORS, processors) })
  tree[HOST] = { ...(tree[HOST] as object), Processors: at(PROCESSORS) }
  tree[CHASSIS] = typeof chassis === 'number' ? chassis : { ...(tree[CHASSIS] as object), ...(chassis as object) }
  const { parts, sections, absent } = await readInventory(createModel(createMemorySession(tree)))
  return { parts: parts.filter(({ kind }) => kind === 'accelerator'), section: sections.accelerator, absent: absent.accelerator }
}

it('GPUs of an iLO 5 are read from its own list, and what else is in the slots is not', async () => {
  const { parts, section } = await readAccelerators([gpu, { DeviceType: 'LOM/NIC', Name: 'a NIC' }, { DeviceType: 'Unknown', Name: 'Empty slot 2', Status: { State: 'Absent' } }])
  expect(parts).toEqual([expect.objectContaining({ slot: 'PCI-E Slot 3', name: 'NVIDIA A40', model: 'NVIDIA A40', manufacturer: 'NVIDIA', serial: '1334', partNumber: '699-2G133', firmware: '94.02', health: 'OK' })])
  expect(section).toBe('read')
})

it('processors that tell of their accelerators speak for them', async () => {
  const { parts } = await readAccelerators([gpu], [{ Id: 'GPU1', ProcessorType: 'GPU', Model: 'A40' }])
  expect(parts.map(({ slot }) => slot)).toEqual(['GPU1'])
})

it.each([500, 404, { ...gpu, DeviceType: [7] }])('a device that cannot be understood leaves it open whether there is one more: %#', async (odd) => {
  expect(await readAccelerators([odd, gpu])).toMatchObject({ parts: [{ slot: 'PCI-E Slot 3' }], section: 'partial' })
})

it.each([500, 403, 404, { Oem: true }, { Oem: { Hpe: [[]] } }, { Oem: { Hpe: { Links: 'x' } } }])('a chassis that cannot be understood leaves it open whether there are any: %#', async (chassis) => {
  expect(await readAccelerators([gpu], [], chassis)).toEqual({ parts: [], section: expect.not.stringMatching('read'), absent: undefined })
})

it('a chassis without a list of its own leaves it at what the processors tell', async () => {
  expect(await readAccelerators([gpu], [], {})).toMatchObject({ parts: [], section: 'read' })
})
