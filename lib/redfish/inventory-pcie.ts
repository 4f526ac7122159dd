import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import { toFact } from './fact.ts'
import type { Collector } from './inventory-collector.ts'
import { common, isAbsent, toCommon, type PartOrAbsent } from './inventory-part.ts'
import { anything, link, links, list, nested, number, parseLoose, text } from './loose.ts'
import { mapBounded } from './map-bounded.ts'
import { toLastSegment } from './path.ts'
import { status } from './status.ts'

/** A chassis links a collection, a system (and older chassis) lists the devices; vendors mix the forms. */
const holder = z.object({ PCIeDevices: anything, PCIeSlots: link, Links: nested({ PCIeDevices: links }) })

const partLocation = nested({ ServiceLabel: text, LocationType: text, LocationOrdinalValue: number })
const place = nested({ PartLocation: partLocation })
const bus = nested({ LanesInUse: number, MaxLanes: number, PCIeType: text, MaxPCIeType: text })
const slotShape = { Lanes: number, PCIeType: text, Location: place }
const device = common.extend({
  '@odata.id': text,
  DeviceType: text,
  PCIeInterface: bus,
  Slot: nested(slotShape),
  PCIeFunctions: link,
  Links: nested({ PCIeFunctions: links }),
  Oem: z.record(z.string(), nested({ Location: place })).optional().catch(undefined),
})
const pcieFunction = z.object({ DeviceClass: text, VendorId: text, DeviceId: text })
const slots = z.object({ Slots: list })
const slot = z.object({ ...slotShape, Status: status, Links: nested({ PCIeDevice: links }) })

type Device = { path: string; body: z.infer<typeof device>; raw: unknown }
type Slot = z.infer<typeof slot>

/**
 * PCIe devices of the host and its chassis, each once, with the slot they are in and what their first function is. `chassis` and `host`
 * are bodies that were read. Costs two GETs per device and one per chassis: slots tell where a device is, on most makes nobody else does.
 */
export async function readPcieDevices(collector: Collector, chassis: readonly unknown[], host: unknown): Promise<void> {
  const inChassis = await readDevices(collector, chassis, [])
  const devices = [...inChassis, ...(await readDevices(collector, host === undefined ? [] : [host], inChassis))]
  const known = await readSlots(collector, chassis)
  const parts = await mapBounded(devices, async (one) => toPciePart(one, findSlot(known, one), await readFunctions(collector, one)), 2)
  const isEmpty = ({ Status }: Slot) => Status.state === 'Absent'
  if (parts.length > 0) collector.add(['pcie'], [...parts, ...known.filter(isEmpty).map(() => 'absent' as const)])
}

/** The devices that these list, without those that `known` has under another path: Dell lists each below its system too. */
async function readDevices(collector: Collector, holders: readonly unknown[], known: readonly Device[]): Promise<Device[]> {
  const paths: string[] = []
  for (const body of holders) {
    const given = parseLoose(holder, body)
    if (Array.isArray(given.PCIeDevices)) paths.push(...links.parse(given.PCIeDevices))
    else if (given.PCIeDevices !== undefined) paths.push(...(await collector.list(['pcie'], link.parse(given.PCIeDevices))))
    else paths.push(...(given.Links?.PCIeDevices ?? []))
    if (given.PCIeDevices !== undefined || paths.length > 0) collector.ask('pcie')
  }
  const fresh = [...new Set(paths)].filter((path) => known.every((other) => other.path !== path))
  const read = await mapBounded(fresh, async (path) => ({ path, raw: await collector.get(path, ['pcie']) }), 2)
  const devices: Device[] = []
  for (const { path, raw } of read) {
    if (raw === undefined) continue
    const one = { path, raw, body: parseLoose(device, raw) }
    const isKnown = known.some((other) => isSame(other, one)) || devices.some((other) => isAlias(other, one))
    if (!isKnown) devices.push(one)
  }
  return devices
}

const isAlias = (a: Device, b: Device) => a.body['@odata.id'] !== undefined && isDeepStrictEqual(a.raw, b.raw)

/** One device under two paths: the same id, and no fact that contradicts. One of the two may say less. */
function isSame(a: Device, b: Device): boolean {
  if (isAlias(a, b)) return true
  const agrees = (name: (typeof FACTS)[number]) => [a.body[name], b.body[name]].includes(undefined) || a.body[name] === b.body[name]
  return toLastSegment(a.path) === toLastSegment(b.path) && FACTS.every(agrees)
}
const FACTS = ['Name', 'Manufacturer', 'Model', 'SerialNumber', 'PartNumber'] as const

async function readSlots(collector: Collector, chassis: readonly unknown[]): Promise<Slot[]> {
  const paths = chassis.flatMap((body) => parseLoose(holder, body).PCIeSlots ?? [])
  // Without its slots a device is still known by its id: no part is missing.
  const bodies = await mapBounded([...new Set(paths)], (path) => collector.get(path, []), 2)
  return bodies.flatMap((body) => parseLoose(slots, body).Slots.map((raw) => parseLoose(slot, raw)))
}

/** A slot names its device by either of the device's paths. */
function findSlot(known: readonly Slot[], { path }: Device): Slot | undefined {
  const hasLink = (one: Slot, matches: (linked: string) => boolean) => one.Links?.PCIeDevice?.some(matches) === true
  const id = toLastSegment(path)
  return known.find((one) => hasLink(one, (linked) => linked === path)) ?? known.find((one) => hasLink(one, (linked) => toLastSegment(linked) === id))
}

type Functions = { count: number; first: z.infer<typeof pcieFunction> }

async function readFunctions(collector: Collector, { body }: Device): Promise<Functions> {
  const named = body.Links?.PCIeFunctions ?? []
  const paths = named.length > 0 ? named : await collector.list(['pcie'], body.PCIeFunctions)
  const first = paths[0] === undefined ? undefined : await collector.get(paths[0], ['pcie'])
  return { count: paths.length, first: parseLoose(pcieFunction, first) }
}

function toPciePart({ path, body }: Device, slotOf: Slot | undefined, { count, first }: Functions): PartOrAbsent {
  if (isAbsent(body)) return 'absent'
  const where = toPlace(body.Slot?.Location) ?? toPlace(slotOf?.Location) ?? toVendorPlace(body.Oem) ?? toFact(body.Id) ?? toLastSegment(path)
  const ids = [first.VendorId, first.DeviceId].map(toHex)
  return {
    ...toCommon('pcie', body, where),
    technology: toFact(first.DeviceClass),
    pciId: ids.every((id) => id !== undefined) ? ids.join(':') : undefined,
    functions: count > 0 ? count : undefined,
    ...toBus(body.PCIeInterface, body.Slot ?? slotOf),
  }
}

function toPlace(given: z.infer<typeof place>): string | undefined {
  const { ServiceLabel, LocationType, LocationOrdinalValue } = given?.PartLocation ?? {}
  const label = toFact(ServiceLabel)
  // Lenovo's label of all that is soldered down is "OnBoard": the number tells them apart.
  if (label !== undefined) return /\d/.test(label) || LocationOrdinalValue === undefined ? label : `${label} ${LocationOrdinalValue}`
  return LocationOrdinalValue === undefined ? undefined : `${toFact(LocationType) ?? 'Slot'} ${LocationOrdinalValue}`
}

/** Where the schema had no place for it yet, vendors put the same location into their own part (Lenovo). */
const toVendorPlace = (oem: z.infer<typeof device>['Oem']) => Object.values(oem ?? {}).flatMap((one) => toPlace(one?.Location) ?? [])[0]

/** `8086` of `0x8086`. Digits without 0x may be either: iLO 5 writes decimals (4139 for 102b). */
const toHex = (given: string | undefined) => /^(?:0x(?=[0-9a-f]{4}$)|(?=[0-9a-f]{4}$)(?=.*[a-f]))(.*)$/i.exec(given ?? '')?.[1]?.toLowerCase()

/** What the link runs at, and what it could: `Gen3 x8`, `Gen4 x16`. A slot tells only what it could. */
function toBus(given: z.infer<typeof bus>, slotOf: { Lanes?: number | undefined; PCIeType?: string | undefined } | undefined) {
  const [generation, lanes] = [toFact(given?.PCIeType), given?.LanesInUse]
  const busLink = toLink(generation, lanes)
  const busLinkMax = toLink(toFact(given?.MaxPCIeType) ?? toFact(slotOf?.PCIeType) ?? generation, given?.MaxLanes ?? slotOf?.Lanes ?? lanes)
  return { busLink, busLinkMax: busLinkMax === busLink ? undefined : busLinkMax }
}

function toLink(generation: string | undefined, lanes: number | undefined): string | undefined {
  const words = [generation, lanes !== undefined && lanes > 0 ? `x${lanes}` : undefined].filter((word) => word !== undefined)
  return words.length === 0 ? undefined : words.join(' ')
}
