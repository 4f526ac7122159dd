import * as z from 'zod/mini'
import { bios } from './bios.ts'
import { healthLevel } from './health.ts'

export const partKind = z.enum([
  'system',
  'chassis',
  'board',
  'processor',
  'accelerator',
  'memory',
  'controller',
  'drive',
  'volume',
  'adapter',
  'nic',
  'port',
  'pcie',
  'supply',
  'bmc',
  'bmcNic',
  'bios',
  'bootOption',
  'firmware',
  'licence',
  'certificate',
  'fru',
])
export type PartKind = z.infer<typeof partKind>

/**
 * One part of a node as its BMC describes it. `kind` and `slot` name it within the node and stay the same from reading to reading;
 * everything else is absent where the BMC says nothing. `firmware` is the version that runs on it.
 */
export const part = z.object({
  kind: partKind,
  slot: z.string(),
  name: z.string(),
  manufacturer: z.optional(z.string()),
  model: z.optional(z.string()),
  serial: z.optional(z.string()),
  partNumber: z.optional(z.string()),
  firmware: z.optional(z.string()),
  health: z.optional(healthLevel),
  /** Processors. */
  cores: z.optional(z.number()),
  threads: z.optional(z.number()),
  speedMhz: z.optional(z.number()),
  /** Memory, drives, volumes. */
  sizeBytes: z.optional(z.number()),
  /** DDR4, SSD, NVMe, RAID1: what sort of its kind it is. */
  technology: z.optional(z.string()),
  /** NICs, ports of adapters. */
  mac: z.optional(z.string()),
  linkUp: z.optional(z.boolean()),
  speedMbps: z.optional(z.number()),
  /** PCIe devices: vendor and device id, `8086:a1d2`, and how many functions they have. */
  pciId: z.optional(z.string()),
  functions: z.optional(z.number()),
  /** What the link runs at, and what it could where that is more: `Gen3 x8`, `Gen4 x16`. */
  busLink: z.optional(z.string()),
  busLinkMax: z.optional(z.string()),
  /** The BMC's interfaces: `10.0.4.7/24`, and where it is from in the BMC's word (Static, DHCP, SLAAC). */
  addresses: z.optional(z.array(z.object({ address: z.string(), origin: z.optional(z.string()) }))),
  gateways: z.optional(z.array(z.string())),
  vlan: z.optional(z.number()),
  hostName: z.optional(z.string()),
  /** Certificates: whose it is and who signed it; licences too: until when. */
  subject: z.optional(z.string()),
  issuer: z.optional(z.string()),
  validFrom: z.optional(z.iso.datetime()),
  validUntil: z.optional(z.iso.datetime()),
  /** Firmware: whether the BMC can replace it, when it was made, and versions that the BMC keeps but that do not run. */
  updateable: z.optional(z.boolean()),
  releasedAt: z.optional(z.iso.datetime()),
  otherVersions: z.optional(z.array(z.object({ version: z.string(), state: z.enum(['previous', 'available']) }))),
  /** Only where it is switched off. */
  isEnabled: z.optional(z.boolean()),
  /** Boot options: the place in the boot order, from 1. */
  bootPlace: z.optional(z.number()),
  /** Supplies: what it can give. */
  capacityWatts: z.optional(z.number()),
  /** FRUs: when the board was made. */
  manufacturedAt: z.optional(z.iso.datetime()),
  assetTag: z.optional(z.string()),
  /** Systems: the maker's order number; Dell's service tag. */
  sku: z.optional(z.string()),
  /** What is wrong with the description itself: a bad checksum, an area cut short. */
  faults: z.optional(z.array(z.string())),
})
export type Part = z.infer<typeof part>

/**
 * How far the parts of a kind were read. `read`: all of them. `partial`: some could not be had. `failed`: none. A kind that is not
 * mentioned is not told by this BMC.
 */
export const sectionState = z.enum(['read', 'partial', 'failed'])
export type SectionState = z.infer<typeof sectionState>

export const inventory = z.object({
  parts: z.array(part),
  sections: z.partialRecord(partKind, sectionState),
  /** Empty slots, by kind. */
  absent: z.partialRecord(partKind, z.number()),
  /** The settings of the BIOS; kept with the parts, and asked for apart. */
  bios: z.optional(bios),
})
export type Inventory = z.infer<typeof inventory>
