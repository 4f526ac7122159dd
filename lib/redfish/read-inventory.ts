import * as z from 'zod'
import { withAcceleratorModels } from './accelerator-model.ts'
import { readCertificate } from './certificate.ts'
import { readBootOptions } from './inventory-boot.ts'
import { createCollector, MAX_MEMBERS, type Collector, type InventoryReading } from './inventory-collector.ts'
import { readCertificates } from './inventory-certificates.ts'
import { readDevices } from './inventory-devices.ts'
import { readFirmware } from './inventory-firmware.ts'
import { readLicences } from './inventory-licences.ts'
import { readBmcNetwork } from './inventory-network.ts'
import { readAdapters } from './inventory-ports.ts'
import {
  toBmcPart,
  toChassisPart,
  toDrivePart,
  toMemoryPart,
  toNicPart,
  toProcessorPart,
  toSimpleStorage,
  toStorage,
  toSupplyPart,
  toSystemBeside,
  toSystemParts,
  toVolumePart,
  type RedfishPartKind,
} from './inventory-part.ts'
import { readPcieDevices } from './inventory-pcie.ts'
import { findGarbledProperties } from './garbled.ts'
import { findGarbled } from './legacy-thermal.ts'
import { link, list, parseLoose } from './loose.ts'
import type { RedfishModel } from './model.ts'
import { toLastSegment } from './path.ts'
import { readBiosSettings } from './bios-settings.ts'
import { SERVICE_ROOT_PATH } from './service-root.ts'
import { isUnclear } from './status.ts'
import type { ChassisLinks, Tree, TreeBranch } from './tree.ts'

export type ReadInventoryOptions = {
  /** After so long no further resource is asked for; its section is then partial. 120,000 by default: one GET each, hundreds of them. */
  budgetMs?: number
}

/** What may be missing when a branch of the tree could not be read whole. */
const BEHIND: Record<TreeBranch, RedfishPartKind[]> = {
  systems: ['system', 'processor', 'memory', 'drive', 'nic', 'chassis', 'adapter', 'port', 'pcie', 'supply'],
  chassis: ['chassis', 'adapter', 'port', 'pcie', 'supply'],
  managers: ['bmc', 'bmcNic'],
}

const MAX_STORES = 32
const MAX_CHASSIS = 32
const MAX_OTHER_SYSTEMS = 4

const hostLinks = z.object({
  Processors: link,
  Memory: link,
  Storage: link,
  Storages: link,
  SimpleStorage: link,
  EthernetInterfaces: link,
})
const chassisLinks = z.object({ NetworkAdapters: link, PowerSubsystem: link, Power: link })
const powerSubsystem = z.object({ PowerSupplies: link })
const legacyPower = z.object({ PowerSupplies: list })
const simpleStorage = z.object({ Devices: list })
const identified = z.object({ '@odata.id': link })

/**
 * What the node is made of, from the host system, its chassis, its BMC and the update service. For every few hours: it costs one GET per
 * part. Whatever fails costs only its own section, and the section says so.
 */
export async function readInventory(model: RedfishModel, options: ReadInventoryOptions = {}): Promise<InventoryReading> {
  const tree = await model.tree()
  const collector = createCollector(model.session, performance.now() + (options.budgetMs ?? 120_000), model.expansion)
  const host = tree.system === undefined ? undefined : await collector.get(tree.system, ['system'])
  if (tree.system !== undefined && host === undefined) collector.fail(['bios'])
  if (host !== undefined) {
    const parts = toSystemParts(host)
    // A BIOS without a version is not told, which is not that there is none.
    collector.add(parts.some(({ kind }) => kind === 'bios') ? ['system', 'bios'] : ['system'], parts)
    await readHost(collector, parseLoose(hostLinks, host))
    await readBootOptions(collector, host)
  }
  for (const path of tree.otherSystems.slice(0, MAX_OTHER_SYSTEMS)) await readBeside(collector, path)
  const chassis: unknown[] = []
  const boxes = toBoxes(tree)
  if (boxes.length > MAX_CHASSIS) collector.fail(BEHIND.chassis)
  for (const box of boxes.slice(0, MAX_CHASSIS)) chassis.push(await readChassis(collector, box.path))
  await readPcieDevices(collector, chassis, host)
  const managers = await readManagers(collector, tree.managers)
  for (const branch of tree.lacks) collector.fail(BEHIND[branch])
  if (tree.gone.includes('chassis') || isWhoseUnknown(tree)) collector.fail(BEHIND.chassis)
  await readDevices(collector, chassis)
  const root = await collector.get(SERVICE_ROOT_PATH, [])
  if (root === undefined) collector.fail(['firmware', 'licence', 'certificate'])
  await readFirmware(collector, root)
  await readLicences(collector, root, managers)
  const { certificate } = model.session
  await readCertificates(collector, root, managers, certificate && readCertificate(certificate))
  const bios = host === undefined ? undefined : await readBiosSettings(collector, model, host, root)
  const { parts, ...reading } = collector.result()
  return { parts: withAcceleratorModels(parts), ...reading, bios }
}

/** The chassis that the host names; where it names none that is there, those that name the host; of a BMC without a host all. */
function toBoxes(tree: Tree): readonly ChassisLinks[] {
  const { system, chassis } = tree
  const named = chassis.filter((one) => one.host === 'named')
  if (named.length > 0 || isWhoseUnknown(tree)) return named
  return system === undefined ? chassis : chassis.filter((one) => one.host === 'related')
}

/** Whose the chassis are that no host names cannot be known from a tree that was half read, nor where the host itself is gone. */
const isWhoseUnknown = ({ chassis, lacks, gone }: Tree) => chassis.every(({ host }) => host !== 'named') && (lacks.length > 0 || gone.includes('systems'))

/**
 * GPU baseboards and DPUs stand beside the host as systems of their own. Their accelerators are in this node; their CPUs and memory are
 * either the host's, listed once more (NVIDIA), or those of another computer. The system itself stands beside the host by its own name.
 */
async function readBeside(collector: Collector, path: string): Promise<void> {
  const body = await collector.get(path, ['accelerator', 'system'])
  if (body !== undefined) collector.add(['system'], [toSystemBeside(body, toLastSegment(path))])
  const other = parseLoose(hostLinks, body)
  await collector.collection('accelerator', other.Processors, (body, fallback) => {
    const one = toProcessorPart(body, fallback) ?? void collector.fail(['accelerator'])
    return one !== 'absent' && one?.kind === 'processor' ? undefined : one
  })
}

async function readHost(collector: Collector, host: z.infer<typeof hostLinks>): Promise<void> {
  await collector.collection('processor', host.Processors, (body, fallback) => toProcessorPart(body, fallback) ?? void collector.fail(['processor']))
  await collector.collection('memory', host.Memory, toMemoryPart)
  await readStorage(collector, host.Storage ?? host.Storages)
  // Where the newer form has drives, or has controllers of which one could not be read, the older one tells of the same.
  const isTold = collector.has('drive') || (collector.has('controller') && collector.hasFailed('controller'))
  if (!isTold) await readSimpleStorage(collector, host.SimpleStorage)
  await collector.collection('nic', host.EthernetInterfaces, toNicPart)
}

async function readStorage(collector: Collector, path: string | undefined): Promise<void> {
  if (path === undefined) return
  const stores: { owner: string | undefined; drives: string[]; volumes: string | undefined }[] = []
  await collector.collection('controller', path, (body, fallback) => {
    const { part, ...store } = toStorage(body, fallback)
    if (findGarbled(body, ['Drives']).length > 0) collector.fail(['drive'])
    stores.push({ owner: parseLoose(identified, body)['@odata.id'], ...store })
    return part
  }, MAX_STORES)
  if (collector.hasFailed('controller')) collector.fail(['drive', 'volume'])
  const lists = stores.map(({ owner, drives }) => ({ owner, members: drives }))
  await collector.members('drive', [...new Set(stores.flatMap(({ drives }) => drives))].slice(0, MAX_MEMBERS), toDrivePart, lists)
  for (const { volumes } of stores) await collector.collection('volume', volumes, toVolumePart)
}

async function readSimpleStorage(collector: Collector, path: string | undefined): Promise<void> {
  const hasControllers = collector.has('controller')
  for (const member of await collector.list(['drive'], path, MAX_STORES)) {
    const body = await collector.get(member, ['controller', 'drive'])
    if (body === undefined) continue
    const devices = parseLoose(simpleStorage, body).Devices
    const isOdd = (one: unknown) => findGarbledProperties(one, { Name: 'word', CapacityBytes: 'word' }).length > 0
    if (findGarbled(body, ['Devices']).length > 0 || devices.some(isOdd)) collector.fail(['drive'])
    const parts = toSimpleStorage(body, toLastSegment(member))
    collector.add(['controller', 'drive'], hasControllers ? parts.slice(1) : parts)
  }
}

/** Gives the chassis itself, for what else it links. */
async function readChassis(collector: Collector, path: string): Promise<unknown> {
  const body = await collector.get(path, ['chassis'])
  if (body === undefined) return undefined
  if (isUnclear(body)) collector.fail(['chassis'])
  else collector.add(['chassis'], [toChassisPart(body, toLastSegment(path))])
  const { NetworkAdapters, PowerSubsystem, Power } = parseLoose(chassisLinks, body)
  await readAdapters(collector, NetworkAdapters)
  const subsystem = PowerSubsystem === undefined ? undefined : await collector.get(PowerSubsystem, ['supply'])
  const supplies = parseLoose(powerSubsystem, subsystem).PowerSupplies
  const before = collector.count('supply')
  await collector.collection('supply', supplies, (one, _, place) => toSupplyPart(one, place))
  if (collector.count('supply') > before || Power === undefined) return body
  const legacy = await collector.get(Power, ['supply'])
  if (legacy === undefined) return body
  const listed = parseLoose(legacyPower, legacy).PowerSupplies
  if (findGarbled(legacy, ['PowerSupplies']).length > 0 || listed.some(isUnclear)) collector.fail(['supply'])
  collector.add(['supply'], listed.flatMap((one, index) => (isUnclear(one) ? undefined : toSupplyPart(one, index + 1)) ?? []))
  return body
}

/** Gives the managers themselves, for what else they link. */
async function readManagers(collector: Collector, paths: readonly string[]): Promise<unknown[]> {
  const managers: { path: string; body: unknown }[] = []
  await collector.members('bmc', paths, (body, fallback, place) => {
    managers.push({ path: paths[place - 1] ?? fallback, body })
    return toBmcPart(body, fallback)
  })
  if (collector.hasFailed('bmc')) collector.fail(['bmcNic'])
  await readBmcNetwork(collector, managers)
  return managers.map(({ body }) => body)
}
