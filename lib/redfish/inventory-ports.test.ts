import { expect, it } from 'vitest'
import { createModel } from './model.ts'
import { readInventory } from './read-inventory.ts'
import { createMemorySession, createSmallTree } from './testing/memory-session.ts'

const ADAPTERS = '/redfish/v1/Chassis/c/NetworkAdapters'
const at = (path: string) => ({ '@odata.id': path })

/** A chassis with one adapter, whose ports stand at `property`. */
async function readPorts(property: 'Ports' | 'NetworkPorts', ports: unknown[], adapter: unknown = { Id: 'NIC.Slot.2', [property]: at(`${ADAPTERS}/1/${property}`) }) {
  const owner = `${ADAPTERS}/1/${property}`
  const more: Record<string, unknown> = { [ADAPTERS]: { Members: [at(`${ADAPTERS}/1`)] }, [`${ADAPTERS}/1`]: adapter, [owner]: { Members: ports.map((_, index) => at(`${owner}/${index}`)) } }
  ports.forEach((one, index) => (more[`${owner}/${index}`] = one))
  const { parts, sections } = await readInventory(createModel(createMemorySession(createSmallTree({ NetworkAdapters: ADAPTERS }, more))))
  return { ports: parts.filter(({ kind }) => kind === 'port'), section: sections.port }
}

it('a port is one of its adapter, in the older form (Dell, HPE iLO 5)', async () => {
  const { ports, section } = await readPorts('NetworkPorts', [
    { Id: 'NIC.Slot.2-1', Name: 'Network Port View', PhysicalPortNumber: '1', LinkStatus: 'Up', CurrentLinkSpeedMbps: 25000, ActiveLinkTechnology: 'Ethernet', AssociatedNetworkAddresses: ['50:7C:6F:23:17:10'] },
    { Id: '2', PhysicalPortNumber: '2', LinkStatus: 'Down', CurrentLinkSpeedMbps: 0 },
  ])
  expect(ports).toEqual([
    expect.objectContaining({ slot: 'NIC.Slot.2 port 1', name: 'NIC.Slot.2-1', mac: '50:7c:6f:23:17:10', linkUp: true, speedMbps: 25_000, technology: 'Ethernet' }),
    expect.objectContaining({ slot: 'NIC.Slot.2 port 2', name: 'NIC.Slot.2 port 2', mac: undefined, linkUp: false, speedMbps: undefined }),
  ])
  expect(section).toBe('read')
})

it('and in the newer (iLO 6, NVIDIA), whose speed is told in Gbit/s', async () => {
  const { ports } = await readPorts('Ports', [{ Id: '0', PortId: '1', LinkStatus: 'LinkUp', LinkState: 'Disabled', CurrentSpeedGbps: 100, LinkNetworkTechnology: 'InfiniBand', Ethernet: { AssociatedMACAddresses: ['58:a2:e1:03:96:f2'] } }])
  expect(ports).toEqual([expect.objectContaining({ slot: 'NIC.Slot.2 port 1', mac: '58:a2:e1:03:96:f2', linkUp: true, speedMbps: 100_000, technology: 'InfiniBand', isEnabled: false })])
})

it('addresses that cannot be understood are none, whatever stands beside them', async () => {
  const { ports } = await readPorts('Ports', [{ Id: '0', AssociatedNetworkAddresses: 7, Ethernet: { AssociatedMACAddresses: ['58:a2:e1:03:96:f2'] } }])
  expect(ports[0]?.mac).toBeUndefined()
})

it('behind an adapter that cannot be read there may be ports', async () => {
  expect(await readPorts('Ports', [], 500)).toEqual({ ports: [], section: 'failed' })
  expect((await readPorts('Ports', [], { Id: '1' })).section).toBeUndefined()
})
