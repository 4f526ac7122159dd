import { expect, it } from 'vitest'
import { createModel } from './model.ts'
import { readInventory } from './read-inventory.ts'
import { createMemorySession, createSmallTree } from './testing/memory-session.ts'

const SYSTEM = '/redfish/v1/Systems/s'
const CHASSIS = '/redfish/v1/Chassis/c'
const at = (path: string) => ({ '@odata.id': path })

/** A host and its chassis with these PCIe properties, and whatever else. */
async function readPcie(system: object, chassis: object, more: Record<string, unknown>) {
  const tree = createSmallTree({}, more)
  const session = createMemorySession({ ...tree, [SYSTEM]: { ...(tree[SYSTEM] as object), ...system }, [CHASSIS]: { ...(tree[CHASSIS] as object), ...chassis } })
  const { parts, sections, absent } = await readInventory(createModel(session))
  return { devices: parts.filter(({ kind }) => kind === 'pcie'), section: sections.pcie, absent: absent.pcie, requests: session.requests }
}

const nic = { Name: 'ConnectX-6', Manufacturer: 'Mellanox', SerialNumber: 'S1' }

it('a device that system and chassis list under two paths is one (Dell)', async () => {
  const [ofChassis, ofSystem] = [`${CHASSIS}/PCIeDevices/49-0`, `${SYSTEM}/PCIeDevices/49-0`]
  const found = await readPcie(
    { PCIeDevices: [at(ofSystem), at(ofSystem)] },
    { PCIeDevices: at(`${CHASSIS}/PCIeDevices`) },
    { [`${CHASSIS}/PCIeDevices`]: { Members: [at(ofChassis)] }, [ofChassis]: { ...nic, Id: '49-0', '@odata.id': ofChassis }, [ofSystem]: { ...nic, Id: '49-0', '@odata.id': ofSystem } },
  )
  expect(found).toMatchObject({ devices: [{ slot: '49-0', serial: 'S1' }], section: 'read' })
})

it('is one although one of the two paths tells less', async () => {
  const [ofChassis, ofSystem] = [`${CHASSIS}/PCIeDevices/49-0`, `${SYSTEM}/PCIeDevices/49-0`]
  const { devices } = await readPcie(
    { PCIeDevices: [at(ofSystem)] },
    { Links: { PCIeDevices: [at(ofChassis)] } },
    { [ofChassis]: { ...nic, PartNumber: 'P' }, [ofSystem]: { Name: 'ConnectX-6' } },
  )
  expect(devices).toMatchObject([{ serial: 'S1', partNumber: 'P' }])
})

it('another device under the same last name is another', async () => {
  const [ofChassis, ofSystem] = [`${CHASSIS}/PCIeDevices/1`, `${SYSTEM}/PCIeDevices/1`]
  const { devices } = await readPcie(
    { PCIeDevices: [at(ofSystem)] },
    { Links: { PCIeDevices: [at(ofChassis)] } },
    { [ofChassis]: { ...nic, Id: '1' }, [ofSystem]: { ...nic, Id: '1', SerialNumber: 'S2' } },
  )
  expect(devices.map(({ serial }) => serial)).toEqual(['S1', 'S2'])
})

it('the slots say where a device is, by either of its paths, and which are empty', async () => {
  const path = `${CHASSIS}/PCIeDevices/7`
  const slots = [
    { Lanes: 16, PCIeType: 'Gen4', Location: { PartLocation: { LocationType: 'Slot', LocationOrdinalValue: 3 } }, Links: { PCIeDevice: [at(`${SYSTEM}/PCIeDevices/7`)] } },
    { Status: { State: 'Absent' } },
  ]
  const { devices, absent } = await readPcie(
    { PCIeDevices: [at(path)] },
    { PCIeSlots: at(`${CHASSIS}/PCIeSlots`) },
    { [path]: { ...nic, PCIeInterface: { PCIeType: 'Gen3', LanesInUse: '8', MaxPCIeType: '' } }, [`${CHASSIS}/PCIeSlots`]: { Slots: slots } },
  )
  expect(devices).toMatchObject([{ slot: 'Slot 3', busLink: 'Gen3 x8', busLinkMax: 'Gen4 x16' }])
  expect(absent).toBe(1)
})

it('the first function says what a device is; digits without 0x may be decimals and are no id (iLO 5)', async () => {
  const [a, b] = [`${CHASSIS}/PCIeDevices/a`, `${CHASSIS}/PCIeDevices/b`]
  const { devices, requests } = await readPcie(
    { PCIeDevices: [at(a), at(b)] },
    {},
    {
      [a]: { Id: 'a', Links: { PCIeFunctions: [at(`${a}/f0`), at(`${a}/f1`)] } },
      [`${a}/f0`]: { DeviceClass: 'NetworkController', VendorId: '0X15B3', DeviceId: '101d' },
      [b]: { Id: 'b', PCIeFunctions: at(`${b}/PCIeFunctions`) },
      [`${b}/PCIeFunctions`]: { Members: [at(`${b}/f0`)] },
      [`${b}/f0`]: { DeviceClass: 'DisplayController', VendorId: '4139', DeviceId: '1336' },
    },
  )
  expect(devices).toMatchObject([
    { technology: 'NetworkController', pciId: '15b3:101d', functions: 2 },
    { technology: 'DisplayController', pciId: undefined, functions: 1 },
  ])
  expect(requests).not.toContain(`GET ${a}/f1`)
})

it('a device or function that could not be read makes it partial; none linked is not told, an empty list is none', async () => {
  const [a, b] = [`${CHASSIS}/PCIeDevices/a`, `${CHASSIS}/PCIeDevices/b`]
  const broken = await readPcie({ PCIeDevices: [at(a), at(b)] }, {}, { [a]: { Id: 'a' }, [b]: 500 })
  expect([broken.devices.length, broken.section]).toEqual([1, 'partial'])
  expect((await readPcie({}, {}, {})).section).toBeUndefined()
  expect((await readPcie({ PCIeDevices: [] }, {}, {})).section).toBe('read')
})
