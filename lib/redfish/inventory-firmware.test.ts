import { expect, it } from 'vitest'
import { createCollector } from './inventory-collector.ts'
import { readFirmware } from './inventory-firmware.ts'
import { createMemorySession } from './testing/memory-session.ts'

const at = (path: string) => ({ '@odata.id': path })
const SERVICE = '/redfish/v1/UpdateService'

async function read(items: object[], links: object = { FirmwareInventory: at(`${SERVICE}/F`) }, counted = items.length) {
  const resources: Record<string, unknown> = { [SERVICE]: links, [`${SERVICE}/F`]: { 'Members@odata.count': counted, Members: items.map((_, index) => at(`${SERVICE}/F/${index}`)) } }
  items.forEach((body, index) => (resources[`${SERVICE}/F/${index}`] = body))
  const collector = createCollector(createMemorySession(resources), Infinity)
  await readFirmware(collector, { UpdateService: at(SERVICE) })
  return collector.result()
}

it('versions that iDRAC keeps are told beside the one that runs, and are never installed', async () => {
  const { parts, absent } = await read([
    { Id: 'Current-159-1.8.2__BIOS.Setup.1-1', Name: 'BIOS', Version: '1.8.2' },
    { Id: 'Installed-159-1.8.2__BIOS.Setup.1-1', Name: 'BIOS', Version: '1.8.2', Updateable: true, ReleaseDate: '2022-09-16T00:00:00Z' },
    { Id: 'Previous-159-1.2.4__BIOS.Setup.1-1', Name: 'BIOS', Version: '1.2.4' },
    { Id: 'Available-159-1.9.0__BIOS.Setup.1-1', Name: 'BIOS', Version: '1.9.0' },
    { Id: 'Previous-200-9__Gone.1', Name: 'Gone', Version: '9' },
  ])
  expect(parts).toMatchObject([
    {
      slot: 'BIOS',
      firmware: '1.8.2',
      updateable: true,
      releasedAt: '2022-09-16T00:00:00.000Z',
      otherVersions: [{ version: '1.2.4', state: 'previous' }, { version: '1.9.0', state: 'available' }],
    },
  ])
  expect([parts.length, absent.firmware]).toEqual([1, undefined])
})

it('a list that breaks off leaves no kept package to speak for what is installed: it writes 0.4 as 0.4.0.0.0.0 (Dell XR8620t)', async () => {
  const kept = { Id: 'Current-108255-0.4.0.0.0.0__Chassis.CMC', Name: 'CM', Version: '0.4.0.0.0.0' }
  const whole = await read([kept])
  expect([whole.parts.map(({ firmware }) => firmware), whole.sections.firmware]).toEqual([['0.4.0.0.0.0'], 'read'])
  const broken = await read([kept, { Id: 'Installed-1-2__BIOS.1', Name: 'BIOS', Version: '2' }], { FirmwareInventory: at(`${SERVICE}/F`) }, 3)
  expect([broken.parts.map(({ firmware }) => firmware), broken.sections.firmware]).toEqual([['2'], 'partial'])
})

it('two ports of a card are told apart by where they are, not by a version that changes (Dell)', async () => {
  const port = (version: string, place: string) => ({ Id: `Installed-0-${version}__${place}`, Name: 'ConnectX-6', Version: version })
  const [before, after] = await Promise.all(['20.31', '20.40'].map((version) => read([port(version, 'InfiniBand.Slot.7-1'), port(version, 'InfiniBand.Slot.7-2')])))
  expect(before!.parts.map(({ slot }) => slot)).toEqual(['ConnectX-6 (InfiniBand.Slot.7-1)', 'ConnectX-6 (InfiniBand.Slot.7-2)'])
  expect(after!.parts.map(({ slot }) => slot)).toEqual(before!.parts.map(({ slot }) => slot))
})

it('a name that only looks like a state is a name; a SoftwareInventory alone is the inventory (Intel)', async () => {
  const { parts } = await read([{ Id: 'BIOS', Name: 'System ROM', Version: '2.1' }, { Id: 'ME', Name: 'ME', Version: 'N/A' }], { SoftwareInventory: at(`${SERVICE}/F`) })
  expect(parts.map(({ slot, firmware, updateable }) => [slot, firmware, updateable])).toEqual([['System ROM', '2.1', undefined]])
})

it('does not take the other list for the one whose link is nonsense', async () => {
  const lists = { FirmwareInventory: 7, SoftwareInventory: at(`${SERVICE}/F`) }
  const { parts, sections } = await read([{ Id: 'App', Name: 'Agent', Version: '2.1' }], lists)
  expect([parts, sections.firmware]).toEqual([[], 'failed'])
  expect((await read([{ Id: 'App', Name: 'Agent', Version: '2.1' }], { ...lists, FirmwareInventory: null })).parts).toHaveLength(1)
})
