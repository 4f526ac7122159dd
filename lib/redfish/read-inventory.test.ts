import { describe, expect, it } from 'vitest'
import { createModel } from './model.ts'
import { readInventory } from './read-inventory.ts'
import { createMemorySession, createSmallTree, type MemorySession } from './testing/memory-session.ts'

const SYSTEM = '/redfish/v1/Systems/s'
const at = (path: string) => ({ '@odata.id': path })

/** A host with the collections given: path below the system → bodies of its members, or a status. */
function hostWith(collections: Record<string, unknown[]>): MemorySession {
  const more: Record<string, unknown> = {}
  const links: Record<string, unknown> = {}
  for (const [name, members] of Object.entries(collections)) {
    links[name] = at(`${SYSTEM}/${name}`)
    more[`${SYSTEM}/${name}`] = { Members: members.map((_, index) => at(`${SYSTEM}/${name}/${index}`)) }
    members.forEach((body, index) => (more[`${SYSTEM}/${name}/${index}`] = body))
  }
  const tree = createSmallTree({}, more)
  return createMemorySession({ ...tree, [SYSTEM]: { ...(tree[SYSTEM] as object), Model: 'M', SerialNumber: '0', BiosVersion: '1.0', ...links } })
}

const read = (session: MemorySession, budgetMs?: number) => readInventory(createModel(session), budgetMs === undefined ? {} : { budgetMs })
const dimm = (slot: string, more: object = {}) => ({ DeviceLocator: slot, CapacityMiB: 32_768, SerialNumber: `S-${slot}`, ...more })

describe('sections', () => {
  it('all members read: read; placeholders are no facts', async () => {
    const { parts, sections } = await read(hostWith({ Memory: [dimm('A1'), dimm('A2', { PartNumber: 'Not Specified', Manufacturer: 'NULL' })] }))
    expect([sections.memory, sections.processor]).toEqual(['read', undefined])
    expect(parts.filter(({ kind }) => kind === 'memory')).toMatchObject([{ slot: 'A1' }, { slot: 'A2', partNumber: undefined, manufacturer: undefined }])
    expect(parts.find(({ kind }) => kind === 'system')?.serial).toBeUndefined()
  })

  it('a member that fails or has gone: partial', async () => {
    for (const status of [500, 404]) {
      expect((await read(hostWith({ Memory: [dimm('A1'), status] }))).sections.memory).toBe('partial')
    }
  })

  it('a collection that is linked and not there: failed', async () => {
    const session = hostWith({ Memory: [dimm('A1')] })
    delete session.resources[`${SYSTEM}/Memory`]
    expect((await read(session)).sections.memory).toBe('failed')
  })

  it('no time left: failed, with what was asked before kept', async () => {
    const { sections, parts } = await read(hostWith({ Memory: [dimm('A1')] }), 0)
    expect(sections.system).toBe('failed')
    expect(parts).toEqual([])
  })

  it('drives are not complete where their controllers are not', async () => {
    const { sections } = await read(hostWith({ Storage: [{ Id: 'R', Drives: [] }, 500] }))
    expect([sections.controller, sections.drive, sections.volume]).toEqual(['partial', 'failed', 'failed'])
  })
})

describe('what is passed over in silence', () => {
  it('is no BIOS where the version is not told, and a BIOS that could not be read where the system could not', async () => {
    const session = hostWith({})
    session.resources[SYSTEM] = { ...(session.resources[SYSTEM] as object), BiosVersion: {} }
    expect((await read(session)).sections.bios).toBeUndefined()
    const broken = createMemorySession({ ...hostWith({}).resources })
    const model = createModel(broken)
    await model.tree()
    broken.resources[SYSTEM] = 500
    expect((await readInventory(model)).sections.bios).toBe('failed')
  })

  it('is no list of devices or drives: the section is partial', async () => {
    const simple = await read(hostWith({ SimpleStorage: [{ Id: 'a', Devices: [{ Name: 'd' }, true] }] }))
    expect(simple.sections.drive).toBe('partial')
    const nameless = await read(hostWith({ SimpleStorage: [{ Id: 'a', Devices: [{ Name: {} }] }] }))
    expect(nameless.sections.drive).toBe('failed')
    const storage = await read(hostWith({ Storage: [{ Id: 'a', Drives: 'x' }] }))
    expect(storage.sections.drive).toBe('failed')
  })

  it('is an accelerator of a system beside the host', async () => {
    const session = hostWith({ Processors: [{ Id: 'CPU' }] })
    const other = '/redfish/v1/Systems/gpus'
    Object.assign(session.resources, {
      '/redfish/v1/Systems': { Members: [at(SYSTEM), at(other)] },
      [other]: { Id: 'HGX_Baseboard_0', Name: 'HGX', SerialNumber: '1580', Processors: at(`${other}/Processors`) },
      [`${other}/Processors`]: { Members: [at(`${other}/Processors/0`), at(`${other}/Processors/1`)] },
      [`${other}/Processors/0`]: { Id: 'GPU_0', ProcessorType: 'GPU' },
      [`${other}/Processors/1`]: 500,
    })
    const { parts, sections } = await read(session)
    expect([sections.processor, sections.accelerator]).toEqual(['read', 'partial'])
    // The host first, the system beside it by its own name.
    expect(parts.filter(({ kind }) => kind === 'system').map(({ slot, serial }) => [slot, serial])).toEqual([['System', undefined], ['HGX_Baseboard_0', '1580']])
    session.resources[other] = 500
    expect((await read(session)).sections.system).toBe('partial')
  })
})

describe('slots', () => {
  it('that are alike and have no id are each their own; one resource under two links is one', async () => {
    const empty = { Status: { State: 'Absent' } }
    const twice = dimm('A1', { '@odata.id': `${SYSTEM}/Memory/A1` })
    const sameId = dimm('A2', { '@odata.id': `${SYSTEM}/Memory/A1` })
    const { parts, absent } = await read(hostWith({ Memory: [empty, empty, twice, twice, sameId] }))
    expect([parts.filter(({ kind }) => kind === 'memory').map(({ slot }) => slot), absent.memory]).toEqual([['A1', 'A2'], 2])
  })

  it('empty ones are counted, in the words of several firmwares', async () => {
    const empty = [dimm('A2', { Status: { State: 'Absent' } }), { Name: 'A3', CapacityMiB: 0, PartNumber: 'NO DIMM' }, { Name: 'A4', DIMMStatus: 'NotPresent', SizeMB: 0 }]
    const { parts, absent } = await read(hostWith({ Memory: [dimm('A1'), ...empty] }))
    expect([parts.filter(({ kind }) => kind === 'memory').length, absent.memory]).toEqual([1, 3])
  })

  it('those of one name are told apart by id, whatever the order in which they come', async () => {
    const bodies = [{ Id: 'x', Name: 'Drive' }, { Id: 'y', Name: 'Drive' }].map((one) => ({ ...one, MACAddress: '02:00:00:00:00:01' }))
    const session = hostWith({ EthernetInterfaces: bodies, Memory: [dimm('DIMM', { Id: 'p0' }), dimm('DIMM', { Id: 'p1' })] })
    const slots = (await read(session)).parts.filter(({ kind }) => kind === 'memory').map(({ slot }) => slot)
    expect(slots).toEqual(['DIMM (p0)', 'DIMM (p1)'])
  })
})

describe('the chassis', () => {
  const board = '/redfish/v1/Chassis/board'
  const supplies = [{ Name: 'Bay', SerialNumber: 'P1' }, { Name: 'Bay', SerialNumber: 'P2' }]

  /** The host names one chassis that answers `named`; a board in it names the host, a neighbour's box does not. */
  function boxes(named: unknown): MemorySession {
    const tree = createSmallTree({}, {
      '/redfish/v1/Chassis': { Members: ['c', 'board', 'other'].map((id) => at(`/redfish/v1/Chassis/${id}`)) },
      '/redfish/v1/Chassis/c': named,
      [board]: { Id: 'board', Power: at(`${board}/Power`), Links: { ComputerSystems: [at(SYSTEM)] } },
      [`${board}/Power`]: { PowerSupplies: supplies },
      '/redfish/v1/Chassis/other': { Id: 'other' },
    })
    return createMemorySession(tree)
  }
  const told = async (named: unknown) => {
    const { parts } = await read(boxes(named))
    return parts.filter(({ kind }) => kind === 'chassis' || kind === 'supply').map(({ serial, slot }) => serial ?? slot)
  }

  it('a supply that says nothing, not even a name, is none', async () => {
    const tree = createSmallTree({ Power: `${board}/Power` }, { [`${board}/Power`]: { PowerSupplies: [{ MemberId: '0', Name: 'nil' }, { MemberId: '1', Name: 'PSU2' }] } })
    const { parts } = await read(createMemorySession(tree))
    expect(parts.filter(({ kind }) => kind === 'supply').map(({ name }) => name)).toEqual(['PSU2'])
    tree[`${board}/Power`] = { PowerSupplies: [{ Name: 'PSU1' }, [null]] }
    expect((await read(createMemorySession(tree))).sections.supply).toBe('partial')
  })

  it('that the host names is enough', async () => {
    expect(await told({ Id: 'c' })).toEqual(['c'])
  })

  it('that names the host counts where the named one is not there (Intel S2600)', async () => {
    const missing = { error: { '@Message.ExtendedInfo': [{ MessageId: 'Base.1.1.0.ResourceMissingAtURI' }] } }
    expect(await told(missing)).toEqual(['board', 'P1', 'P2'])
    expect(await told(404)).toEqual(['board', 'P1', 'P2'])
    expect((await read(boxes(404))).sections.chassis).toBe('partial')
  })

  it('that cannot be read leaves it open whose the others are', async () => {
    expect(await told(500)).toEqual([])
  })
})

it('firmware is what the older SoftwareInventory lists, where there is no other', async () => {
  const service = '/redfish/v1/UpdateService'
  const lists = { FirmwareInventory: at(`${service}/Firmware`), SoftwareInventory: at(`${service}/Software`) }
  const versions = async (links: object, version: unknown = '2') => {
    const tree = createSmallTree({}, {
      [service]: links,
      [`${service}/Firmware`]: { Members: [at(`${service}/Firmware/1`)] },
      [`${service}/Firmware/1`]: { Id: 'BMC', Version: version },
      [`${service}/Software`]: { Members: [at(`${service}/Software/1`)] },
      [`${service}/Software/1`]: { Id: 'Driver', Version: '7' },
    })
    tree['/redfish/v1/'] = { ...(tree['/redfish/v1'] as object), UpdateService: at(service) }
    const { parts, sections } = await read(createMemorySession(tree))
    return [sections.firmware, ...parts.filter(({ kind }) => kind === 'firmware').map(({ firmware }) => firmware)]
  }
  expect(await versions(lists)).toEqual(['read', '2'])
  expect(await versions({ SoftwareInventory: lists.SoftwareInventory })).toEqual(['read', '7'])
  // A version that is no word is not that nothing is installed.
  expect(await versions(lists, {})).toEqual(['failed'])
  expect(await versions(lists, null)).toEqual(['read'])
})

it('SimpleStorage is read only where Storage has no drives', async () => {
  const simple = { Id: 'Simple', Name: 'AHCI', Devices: [{ Name: 'Bay 1', Model: 'HDD', CapacityBytes: 10 }, { Name: 'Bay 2', Status: { State: 'Absent' } }] }
  const drive = '/redfish/v1/Systems/s/Drives/1'
  const session = hostWith({ Storage: [{ Id: 'R', Drives: [at(drive)] }], SimpleStorage: [simple] })
  session.resources[drive] = { Id: 'd', Name: 'SSD', SerialNumber: 'X1', PhysicalLocation: [{ Info: 'Bay 9' }] }
  expect((await read(session)).parts.filter(({ kind }) => kind === 'drive')).toMatchObject([{ slot: 'd', serial: 'X1' }])
  expect(session.requests).not.toContain(`GET ${SYSTEM}/SimpleStorage`)
  delete session.resources[drive]
  session.resources[`${SYSTEM}/Storage/0`] = { Id: 'R', Drives: [] }
  const alone = await read(session)
  expect(alone.parts.filter(({ kind }) => kind === 'drive')).toMatchObject([{ slot: 'Simple Bay 1', model: 'HDD', sizeBytes: 10 }])
  expect(alone.absent.drive).toBe(1)
})

it('a backplane among the devices of SimpleStorage is no drive', async () => {
  const disks = [{ Name: 'Physical Disk 0:1:0' }, { Name: 'Disk 1 in Backplane 1' }]
  const Devices = [...disks, { Name: 'Backplane 1 on Connector 0', Model: 'BP13G+' }, { Name: 'PCIe SSD Backplane 1', CapacityBytes: null }]
  const { parts } = await read(hostWith({ SimpleStorage: [{ Id: 'R', Devices }] }))
  expect(parts.filter(({ kind }) => kind === 'drive').map(({ name }) => name)).toEqual(['Physical Disk 0:1:0', 'Disk 1 in Backplane 1'])
})

it.each([
  ['the one in use, not the one burnt in', { MACAddress: '02-00-00-00-00-0A', PermanentMACAddress: '02:00:00:00:00:0B' }, '02:00:00:00:00:0a'],
  ['written otherwise', { MacAddress: '02:00:00:00:00:0A', PermanentMACAddress: '02:00:00:00:00:0B' }, '02:00:00:00:00:0a'],
  ['the one burnt in where there is no other', { MACAddress: '00:00:00:00:00:00', PermanentMACAddress: '02:00:00:00:00:0B' }, '02:00:00:00:00:0b'],
  ['none', { MACAddress: 'Not Available', PermanentMACAddress: '' }, undefined],
])('the address of an interface: %s', async (_name, nic, mac) => {
  const { parts } = await read(hostWith({ EthernetInterfaces: [nic] }))
  expect(parts.find(({ kind }) => kind === 'nic')?.mac).toBe(mac)
})

it('firmware: what is installed, once, and not what is kept, was before, or is a placeholder', async () => {
  const ids = [
    ['Current-159-1.8.2__BIOS.Setup.1-1', 'BIOS', '1.8.2'],
    ['Installed-159-1.8.2__BIOS.Setup.1-1', 'BIOS', '1.8.2'],
    ['Previous-159-1.2.4__BIOS.Setup.1-1', 'BIOS', '1.2.4'],
    ['Current-112262-0.4.0.0__MC.Chassis.1-1', 'Chassis', '0.4.0.0'],
    ['Installed-112262-0.4__MC.Chassis.1-1', 'Chassis', '0.4'],
    // Alone it is all that is told.
    ['Current-107649-3.48__RAID.Backplane.1', 'Backplane', '3.48'],
    ['Installed-12345-NotAvailable__TPM.Integrated.1-1', 'TPM', 'NotAvailable'],
    ['Installed-18981-0__DriverPack.Embedded.1', 'OS Drivers Pack', '0'],
  ]
  const session = hostWith({})
  const inventory = '/redfish/v1/UpdateService/FirmwareInventory'
  session.resources['/redfish/v1/'] = { UpdateService: at('/redfish/v1/UpdateService') }
  session.resources['/redfish/v1/UpdateService'] = { FirmwareInventory: at(inventory) }
  session.resources[inventory] = { Members: ids.map((_, index) => at(`${inventory}/${index}`)) }
  ids.forEach(([Id, Name, Version], index) => (session.resources[`${inventory}/${index}`] = { Id, Name, Version }))
  const { parts, sections } = await read(session)
  expect(parts.filter(({ kind }) => kind === 'firmware').map(({ name, firmware }) => [name, firmware])).toEqual([['BIOS', '1.8.2'], ['Chassis', '0.4'], ['Backplane', '3.48']])
  expect(sections.firmware).toBe('read')
})
