import { collection, link, type Branch, type Resource, type Subject } from './resource.ts'

const well = { State: 'Enabled', Health: 'OK' }

/** A card whose link runs narrower than it could, and the BMC's own graphics, soldered down. */
const devices = [
  {
    id: 'slot_1',
    name: 'ConnectX-6 Dx EN 2-port 25GbE',
    maker: 'NVIDIA',
    part: { Model: 'MCX623102AN-ADAT', PartNumber: 'MCX623102AN-ADAT', FirmwareVersion: '22.38.1002' },
    slot: { Lanes: 16, PCIeType: 'Gen4', Location: { PartLocation: { ServiceLabel: 'Slot 1', LocationType: 'Slot', LocationOrdinalValue: 1 } } },
    bus: { PCIeType: 'Gen4', LanesInUse: 8, MaxPCIeType: 'Gen4', MaxLanes: 16 },
    functions: { count: 2, DeviceClass: 'NetworkController', VendorId: '0x15b3', DeviceId: '0x101d', ClassCode: '0x020000' },
  },
  {
    id: 'onboard_1',
    name: 'AST2600 graphics',
    maker: 'ASPEED',
    part: {},
    slot: undefined,
    bus: undefined,
    functions: { count: 1, DeviceClass: 'DisplayController', VendorId: '0x1a03', DeviceId: '0x2000', ClassCode: '0x030000' },
  },
] as const

export const pcieLinks = (chassis: string): Resource => ({ PCIeDevices: link(`${chassis}/PCIeDevices`) })

/** PCIe devices of the chassis, each with its functions. */
export function pcieBranch({ machine, paths }: Subject): Branch {
  const base = `${paths.chassis}/PCIeDevices`
  const branch: Branch = new Map()
  branch.set(base, () => collection(base, 'PCIeDeviceCollection', 'PCIe Devices', devices.map(({ id }) => `${base}/${id}`)))
  devices.forEach(({ id, name, maker, part, slot, bus, functions: { count, ...what } }, place) => {
    const path = `${base}/${id}`
    const members = Array.from({ length: count }, (_, index) => `${path}/PCIeFunctions/${index}`)
    branch.set(path, () => ({
      '@odata.id': path,
      '@odata.type': '#PCIeDevice.v1_9_0.PCIeDevice',
      Id: id,
      Name: name,
      Manufacturer: maker,
      ...part,
      SerialNumber: slot === undefined ? null : `MT${machine.identity.serial.slice(-6)}${place}`,
      DeviceType: count > 1 ? 'MultiFunction' : 'SingleFunction',
      ...(bus && { PCIeInterface: bus }),
      ...(slot && { Slot: slot }),
      PCIeFunctions: link(`${path}/PCIeFunctions`),
      Status: well,
    }))
    branch.set(`${path}/PCIeFunctions`, () => collection(`${path}/PCIeFunctions`, 'PCIeFunctionCollection', 'Functions', members))
    members.forEach((member, index) =>
      branch.set(member, () => ({
        '@odata.id': member,
        '@odata.type': '#PCIeFunction.v1_3_0.PCIeFunction',
        Id: String(index),
        Name: `${name} function ${index}`,
        FunctionId: index,
        FunctionType: 'Physical',
        ...what,
        Status: well,
      })),
    )
  })
  return branch
}
