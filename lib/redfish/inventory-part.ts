import * as z from 'zod'
import { isMacGarbled, toLinkUp, toMac } from './bmc-interface.ts'
import { toFact } from './fact.ts'
import { findGarbledProperties } from './garbled.ts'
import { list, link, links, nested, number, parseLoose, text } from './loose.ts'
import { status, type Health, type Status } from './status.ts'
import { toSupplyPlace } from './supply-place.ts'

export type RedfishPartKind =
  | 'system'
  | 'chassis'
  | 'processor'
  | 'accelerator'
  | 'memory'
  | 'controller'
  | 'drive'
  | 'volume'
  | 'adapter'
  | 'nic'
  | 'port'
  | 'pcie'
  | 'supply'
  | 'bmc'
  | 'bmcNic'
  | 'bios'
  | 'bootOption'
  | 'firmware'
  | 'licence'
  | 'certificate'

/** One part as the tree describes it; undefined where it says nothing, or a placeholder. */
export type RedfishPart = {
  kind: RedfishPartKind
  /** Where it is, unique within its kind: `DIMM C2`, `CPU 1`, `Bay 3`. */
  slot: string
  /** The resource's Id, which tells apart what bears one name. */
  id?: string | undefined
  name: string
  manufacturer?: string | undefined
  model?: string | undefined
  serial?: string | undefined
  partNumber?: string | undefined
  firmware?: string | undefined
  health?: Health | undefined
  cores?: number | undefined
  threads?: number | undefined
  speedMhz?: number | undefined
  sizeBytes?: number | undefined
  technology?: string | undefined
  mac?: string | undefined
  linkUp?: boolean | undefined
  speedMbps?: number | undefined
  capacityWatts?: number | undefined
  /** PCIe: vendor and device as they are written, `8086:a1d2`. */
  pciId?: string | undefined
  functions?: number | undefined
  /** PCIe: what the link runs at, and what it could where that is more: `Gen3 x8`. */
  busLink?: string | undefined
  busLinkMax?: string | undefined
  /** The BMC's interfaces: `10.0.4.7/24`. */
  addresses?: { address: string; origin: string | undefined }[] | undefined
  gateways?: string[] | undefined
  vlan?: number | undefined
  hostName?: string | undefined
  isEnabled?: boolean | undefined
  /** Boot options: the place in the boot order, from 1. */
  bootPlace?: number | undefined
  /** Certificates and licences. */
  subject?: string | undefined
  issuer?: string | undefined
  validFrom?: string | undefined
  validUntil?: string | undefined
  /** Firmware: whether the BMC can replace it, when it was made, and what else of it the BMC keeps but does not run. */
  updateable?: boolean | undefined
  releasedAt?: string | undefined
  otherVersions?: { version: string; state: 'previous' | 'available' }[] | undefined
  assetTag?: string | undefined
  /** The maker's order number: HPE's product number, Dell's service tag. */
  sku?: string | undefined
  /** Its place among its like, from 1, empty ones counted. */
  place?: number | undefined
}

/** A part, or that its slot is empty. */
export type PartOrAbsent = RedfishPart | 'absent'

/** Where a part is, in the forms of DSP0268's several years; a location may stand in a list. */
const place = z
  .unknown()
  .default(null)
  .transform((value) => parseLoose(location, Array.isArray(value) ? value[0] : value))

const location = z.object({ PartLocation: nested({ ServiceLabel: text }), Info: text })

export const common = z.object({
  Id: text,
  Name: text,
  MemberId: text,
  Manufacturer: text,
  Model: text,
  SerialNumber: text,
  PartNumber: text,
  FirmwareVersion: text,
  Status: status,
  Location: place,
  PhysicalLocation: place,
})

type Common = z.infer<typeof common>

export const toAmount = (value: number | undefined): number | undefined => (value !== undefined && value > 0 ? value : undefined)

export function toCommon(kind: RedfishPartKind, given: Common, slot: string): RedfishPart {
  return {
    kind,
    slot,
    id: given.Id ?? given.MemberId,
    name: given.Name ?? given.Id ?? slot,
    manufacturer: toFact(given.Manufacturer),
    model: toFact(given.Model),
    serial: toFact(given.SerialNumber),
    partNumber: toFact(given.PartNumber),
    firmware: toFact(given.FirmwareVersion),
    health: given.Status.health,
  }
}

const labelOf = (given: Common): string | undefined =>
  toFact(given.PhysicalLocation.PartLocation?.ServiceLabel) ?? toFact(given.Location.PartLocation?.ServiceLabel)

export const isAbsent = ({ Status }: { Status: Status }): boolean => Status.state === 'Absent'

const system = common.extend({ SKU: text, AssetTag: text, BiosVersion: text })

/** The host itself, and its BIOS. */
export function toSystemParts(body: unknown): RedfishPart[] {
  const given = parseLoose(system, body)
  const bios = toFact(given.BiosVersion)
  const host = { ...toCommon('system', given, 'System'), assetTag: toFact(given.AssetTag), sku: toFact(given.SKU) }
  return [host, ...(bios === undefined ? [] : [{ kind: 'bios' as const, slot: 'BIOS', name: 'BIOS', firmware: bios }])]
}

/** A system that is not the host: a GPU baseboard, a DPU. */
export function toSystemBeside(body: unknown, fallback: string): PartOrAbsent {
  const given = parseLoose(system, body)
  return isAbsent(given) ? 'absent' : { ...toCommon('system', given, given.Id ?? fallback), sku: toFact(given.SKU) }
}

export function toChassisPart(body: unknown, fallback: string): PartOrAbsent {
  const given = parseLoose(common.extend({ AssetTag: text }), body)
  return isAbsent(given) ? 'absent' : { ...toCommon('chassis', given, given.Id ?? fallback), assetTag: toFact(given.AssetTag) }
}

export function toBmcPart(body: unknown, fallback: string): PartOrAbsent {
  const given = parseLoose(common, body)
  return isAbsent(given) ? 'absent' : toCommon('bmc', given, given.Id ?? fallback)
}

const processor = common.extend({ FPGA: nested({ Model: text }), Socket: text, ProcessorType: text, InstructionSet: text, TotalCores: number, TotalThreads: number, MaxSpeedMHz: number })

/** Undefined for one that does not say whether it is a CPU or a GPU, and has nothing that only CPUs have (of the recorded machines). */
export function toProcessorPart(body: unknown, fallback: string): PartOrAbsent | undefined {
  const given = parseLoose(processor, body)
  if (isAbsent(given)) return 'absent'
  const evidence = given.ProcessorType ?? given.TotalCores ?? given.TotalThreads ?? given.InstructionSet ?? toFact(given.Socket) ?? /cpu/i.exec(given.Id ?? fallback)?.[0]
  if (evidence === undefined || findGarbledProperties(body, { ProcessorType: 'word' }).length > 0) return undefined
  const isHost = given.ProcessorType === undefined || given.ProcessorType === 'CPU'
  // NVIDIA calls every socket "FPGA" or the like; the id tells them apart.
  const slot = (isHost ? toFact(given.Socket) : undefined) ?? labelOf(given) ?? given.Id ?? fallback
  return {
    ...toCommon(isHost ? 'processor' : 'accelerator', given, slot),
    model: toFact(given.Model) ?? toFact(given.FPGA?.Model),
    cores: toAmount(given.TotalCores),
    threads: toAmount(given.TotalThreads),
    speedMhz: toAmount(given.MaxSpeedMHz),
    technology: isHost ? undefined : given.ProcessorType,
  }
}

const memory = common.extend({
  DeviceLocator: text,
  SocketLocator: text,
  CapacityMiB: number,
  SizeMB: number,
  OperatingSpeedMhz: number,
  MaximumFrequencyMHz: number,
  MemoryDeviceType: text,
  DIMMType: text,
  DIMMStatus: text,
})

/** A module, also in the form of iLO 4 (SizeMB, DIMMStatus). */
export function toMemoryPart(body: unknown, fallback: string): PartOrAbsent {
  const given = parseLoose(memory, body)
  const sizeMiB = toAmount(given.CapacityMiB) ?? toAmount(given.SizeMB)
  const isEmpty = sizeMiB === undefined && toFact(given.PartNumber) === undefined && toFact(given.SerialNumber) === undefined
  if (isAbsent(given) || given.DIMMStatus === 'NotPresent' || isEmpty) return 'absent'
  const slot = toFact(given.DeviceLocator) ?? labelOf(given) ?? toFact(given.SocketLocator) ?? given.Name ?? fallback
  return {
    ...toCommon('memory', given, slot),
    sizeBytes: sizeMiB === undefined ? undefined : sizeMiB * 2 ** 20,
    speedMhz: toAmount(given.OperatingSpeedMhz) ?? toAmount(given.MaximumFrequencyMHz),
    technology: toFact(given.MemoryDeviceType) ?? toFact(given.DIMMType),
  }
}

const drive = common.extend({ CapacityBytes: number, MediaType: text, Protocol: text, Revision: text })

export function toDrivePart(body: unknown, fallback: string): PartOrAbsent {
  const given = parseLoose(drive, body)
  if (isAbsent(given)) return 'absent'
  const technology = [toFact(given.Protocol), toFact(given.MediaType)].filter((word) => word !== undefined).join(' ')
  return {
    ...toCommon('drive', given, labelOf(given) ?? given.Id ?? given.Name ?? fallback),
    firmware: toFact(given.Revision) ?? toFact(given.FirmwareVersion),
    sizeBytes: toAmount(given.CapacityBytes),
    technology: technology === '' ? undefined : technology,
  }
}

const storage = common.extend({
  Drives: links,
  Volumes: link,
  StorageControllers: list,
  Controllers: link,
})

/** A storage subsystem: its first controller, where it names one, and the links of drives and volumes. */
export function toStorage(body: unknown, fallback: string): { part: PartOrAbsent; drives: string[]; volumes: string | undefined } {
  const given = parseLoose(storage, body)
  const controller = parseLoose(common, given.StorageControllers[0])
  const name = controller.Name ?? given.Name ?? fallback
  const health = given.Status.health
  const part = isAbsent(given) ? 'absent' : { ...toCommon('controller', controller, given.Id ?? fallback), name, health }
  return { part, drives: given.Drives, volumes: given.Volumes }
}

const simpleStorage = common.extend({ Devices: list })
const device = common.extend({ CapacityBytes: number })

/** The older SimpleStorage: devices within the controller's document, which have a name and hardly a number. */
export function toSimpleStorage(body: unknown, fallback: string): PartOrAbsent[] {
  const given = parseLoose(simpleStorage, body)
  const slot = given.Id ?? fallback
  const devices = given.Devices.flatMap((raw, index): PartOrAbsent[] => {
    const one = parseLoose(device, raw)
    // What has neither a name nor a size is not known to be a drive.
    if (one.CapacityBytes === undefined && one.Name === undefined) return []
    // iDRAC lists the backplane among its disks ("PCIe SSD Backplane 1"), and names disks after it ("Disk 1 in Backplane 1").
    if (one.CapacityBytes === undefined && /^(?:(?! in ).)*\b(?:backplane|expander)\b/i.test(one.Name ?? '')) return []
    if (isAbsent(one)) return ['absent']
    return [{ ...toCommon('drive', one, `${slot} ${one.Name ?? index + 1}`), sizeBytes: toAmount(one.CapacityBytes) }]
  })
  return [toCommon('controller', given, slot), ...devices]
}

const volume = common.extend({ CapacityBytes: number, RAIDType: text, VolumeType: text })

export function toVolumePart(body: unknown, fallback: string): PartOrAbsent {
  const given = parseLoose(volume, body)
  return {
    ...toCommon('volume', given, given.Id ?? fallback),
    sizeBytes: toAmount(given.CapacityBytes),
    technology: toFact(given.RAIDType) ?? toFact(given.VolumeType),
  }
}

const ethernet = common.extend({ MACAddress: text, MacAddress: text, PermanentMACAddress: text, LinkStatus: text, SpeedMbps: number })

/**
 * A network interface of the host. A BMC that states no link does not say that there is none. The address is the one it answers to:
 * enclosures assign others than were burnt in (Dell FlexAddress, whose iDRAC 8 writes MacAddress).
 */
export function toNicPart(body: unknown, fallback: string): PartOrAbsent {
  const given = parseLoose(ethernet, body)
  if (isAbsent(given)) return 'absent'
  return {
    ...toCommon('nic', given, given.Id ?? fallback),
    mac: isMacGarbled(body) ? undefined : (toMac(given.MACAddress) ?? toMac(given.MacAddress) ?? toMac(given.PermanentMACAddress)),
    linkUp: toLinkUp(given.LinkStatus),
    speedMbps: toAmount(given.SpeedMbps),
  }
}

const adapter = common.extend({ Controllers: list })

export function toAdapterPart(body: unknown, fallback: string): PartOrAbsent {
  const given = parseLoose(adapter, body)
  if (isAbsent(given)) return 'absent'
  const controller = parseLoose(z.object({ FirmwarePackageVersion: text, Location: place }), given.Controllers[0])
  const slot = labelOf(given) ?? toFact(controller.Location.PartLocation?.ServiceLabel) ?? given.Id ?? fallback
  return { ...toCommon('adapter', given, slot), firmware: toFact(controller.FirmwarePackageVersion) }
}

const supply = common.extend({ PowerCapacityWatts: number, CapacityWatts: number })

/**
 * A supply of either form. Names repeat on many machines ("Power Supply Bay"), so the id or the place decides. Undefined for an entry
 * that says nothing, not even a name (Gigabyte, a node of several in a box).
 */
export function toSupplyPart(body: unknown, at: number): PartOrAbsent | undefined {
  const given = parseLoose(supply, body)
  const place = toSupplyPlace(body, at)
  if (isAbsent(given)) return 'absent'
  const capacityWatts = toAmount(given.PowerCapacityWatts) ?? toAmount(given.CapacityWatts)
  const part = { ...toCommon('supply', given, toFact(given.Name) ?? `Power supply ${place}`), capacityWatts, place }
  const { manufacturer, model, serial, partNumber, health } = part
  const said = [toFact(given.Name), manufacturer, model, serial, partNumber, health, given.Status.state, capacityWatts]
  return said.some((value) => value !== undefined) ? part : undefined
}
