import type { Identity } from '../makes.ts'
import { collection, link, type Branch, type Resource, type Subject } from './resource.ts'
import { updateWays } from './services.ts'

/** Drives, network interfaces and firmware: what an inventory shows beside processors and memory. */
export function hardwareBranch(subject: Subject): Branch {
  const branch: Branch = new Map()
  addStorage(branch, subject)
  addInterfaces(branch, subject)
  addFirmware(branch, subject)
  return branch
}

/** The links of the ComputerSystem to what this branch holds. */
export const hardwareLinks = (system: string): Resource => ({
  Storage: link(`${system}/Storage`),
  EthernetInterfaces: link(`${system}/EthernetInterfaces`),
})

const well = { State: 'Enabled', Health: 'OK' }
const bays = [0, 1] as const
const driveBytes = 960_197_124_096

/** The serials of a machine's parts are made of its own, so that they stay the same and differ from its neighbour's. */
const partSerial = ({ serial }: Identity, prefix: string, place: number) => `${prefix}${serial.slice(-6)}${place}`

function addStorage(branch: Branch, { machine, paths }: Subject): void {
  const { identity } = machine
  const base = `${paths.system}/Storage`
  const drives = bays.map((bay) => `${base}/1/Drives/${bay}`)
  branch.set(base, () => collection(base, 'StorageCollection', 'Storage', [`${base}/1`]))
  branch.set(`${base}/1`, () => ({
    '@odata.id': `${base}/1`,
    '@odata.type': '#Storage.v1_10_0.Storage',
    Id: '1',
    Name: 'SATA Storage',
    StorageControllers: [{ MemberId: '0', Name: 'AHCI Controller', Manufacturer: 'Intel', Model: 'C620 SATA', Status: well }],
    Drives: drives.map(link),
    'Drives@odata.count': drives.length,
    Volumes: link(`${base}/1/Volumes`),
    Status: well,
  }))
  branch.set(`${base}/1/Volumes`, () => collection(`${base}/1/Volumes`, 'VolumeCollection', 'Volumes', []))
  bays.forEach((bay) => {
    branch.set(drives[bay]!, () => ({
      '@odata.id': drives[bay],
      '@odata.type': '#Drive.v1_11_0.Drive',
      Id: String(bay),
      Name: `Drive ${bay}`,
      Manufacturer: 'Samsung',
      Model: 'MZ7L3960HCJR',
      PartNumber: 'MZ7L3960HCJR-00A07',
      SerialNumber: partSerial(identity, 'S6', bay),
      Revision: 'JXTC104Q',
      CapacityBytes: driveBytes,
      MediaType: 'SSD',
      Protocol: 'SATA',
      PhysicalLocation: { PartLocation: { ServiceLabel: `Bay ${bay}`, LocationType: 'Bay', LocationOrdinalValue: bay } },
      Status: well,
    }))
  })
}

function addInterfaces(branch: Branch, { machine, paths }: Subject): void {
  const base = `${paths.system}/EthernetInterfaces`
  const isUp = () => machine.power() === 'on'
  branch.set(base, () => collection(base, 'EthernetInterfaceCollection', 'Interfaces', [1, 2].map((port) => `${base}/${port}`)))
  for (const port of [1, 2] as const) {
    branch.set(`${base}/${port}`, () => ({
      '@odata.id': `${base}/${port}`,
      '@odata.type': '#EthernetInterface.v1_6_0.EthernetInterface',
      Id: String(port),
      Name: `LAN ${port}`,
      MACAddress: hostMac(machine.identity, port),
      // Only the first port has a cable.
      LinkStatus: isUp() && port === 1 ? 'LinkUp' : 'LinkDown',
      SpeedMbps: isUp() && port === 1 ? 25_000 : null,
      Status: well,
    }))
  }
}

/** The BMC's address with another first byte, locally administered too. */
const hostMac = ({ mac }: Identity, port: number) => `${(0x02 + 4 * port).toString(16).padStart(2, '0')}${mac.slice(2)}`

function addFirmware(branch: Branch, subject: Subject): void {
  const { machine, paths } = subject
  const service = `${paths.root}/UpdateService`
  const base = `${service}/FirmwareInventory`
  const { firmwareText, biosVersion } = machine.identity
  const images = [
    { id: 'BMC', name: 'BMC', version: firmwareText },
    { id: 'BIOS', name: 'System BIOS', version: biosVersion },
    { id: 'CPLD', name: 'System CPLD', version: '1.0.7' },
  ]
  branch.set(service, () => ({
    '@odata.id': service,
    '@odata.type': '#UpdateService.v1_8_0.UpdateService',
    Id: 'UpdateService',
    Name: 'Update Service',
    ServiceEnabled: true,
    FirmwareInventory: link(base),
    ...updateWays(subject),
  }))
  branch.set(base, () => collection(base, 'SoftwareInventoryCollection', 'Firmware', images.map(({ id }) => `${base}/${id}`)))
  for (const { id, name, version } of images) {
    branch.set(`${base}/${id}`, () => ({
      '@odata.id': `${base}/${id}`,
      '@odata.type': '#SoftwareInventory.v1_4_0.SoftwareInventory',
      Id: id,
      Name: name,
      Version: version,
      Updateable: false,
      Status: well,
    }))
  }
}
