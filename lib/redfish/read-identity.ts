import * as z from 'zod'
import { toBmcInterface, type BmcInterface } from './bmc-interface.ts'
import { readAnswer, readIfThere, readMembers } from './collection.ts'
import type { Answer } from './exchange.ts'
import { toFact } from './fact.ts'
import { findGarbledProperties } from './garbled.ts'
import { link, nested, number, parseLoose, text } from './loose.ts'
import { mapBounded } from './map-bounded.ts'
import type { RedfishModel } from './model.ts'
import type { ChassisLinks } from './tree.ts'

const MAX_INTERFACES = 16

/** Who a node is. What the BMC leaves empty, or fills with a placeholder, is undefined. */
export type Identity = {
  manufacturer: string | undefined
  model: string | undefined
  serial: string | undefined
  /** The order number; Dell's service tag. */
  sku: string | undefined
  partNumber: string | undefined
  assetTag: string | undefined
  uuid: string | undefined
  biosVersion: string | undefined
  hostName: string | undefined
  processors: { count: number | undefined; threads: number | undefined; model: string | undefined }
  memoryGiB: number | undefined
  bmc: { model: string | undefined; firmwareVersion: string | undefined; interfaces: BmcInterface[] }
  time: TimeTold | undefined
}

/** The BMC's clock as the manager writes it (DSP0268, Manager), and when it was asked and had answered by ours, ms since 1970. */
export type TimeTold = { dateTime: string; localOffset: string | undefined } & Pick<Answer, 'askedAtMs' | 'answeredAtMs'>

const system = z.object({
  Manufacturer: text,
  Model: text,
  SerialNumber: text,
  SKU: text,
  PartNumber: text,
  AssetTag: text,
  UUID: text,
  BiosVersion: text,
  HostName: text,
  ProcessorSummary: nested({ Count: number, LogicalProcessorCount: number, Model: text }),
  MemorySummary: nested({ TotalSystemMemoryGiB: number }),
})

const chassis = z.object({ Manufacturer: text, Model: text, SerialNumber: text, SKU: text, PartNumber: text, AssetTag: text, UUID: text })
const manager = z.object({ Model: text, FirmwareVersion: text, EthernetInterfaces: link, DateTime: text, DateTimeLocalOffset: text })

/**
 * Reads the host system, its chassis and its manager. The chassis speaks where the system is silent, and alone on a BMC that has
 * no system; not in place of a system that is there and could not be read, whose name another may bear. For inventory, every few hours:
 * it costs about one request per BMC interface besides those three.
 */
export async function readIdentity(model: RedfishModel): Promise<Identity> {
  const { session } = model
  const tree = await model.tree()
  const read = async (path: string | undefined) => (path === undefined ? undefined : readAnswer(session, path))
  const isSystemMissed = tree.system === undefined && [...tree.lacks, ...tree.gone].includes('systems')
  // They come in the order of their nearness. Of a tree that was half read, only the one that the host names is surely its own.
  const isWhole = tree.lacks.length === 0
  const mayBeHosts = ({ host: relation }: ChassisLinks) => relation === 'named' || (isWhole && !tree.gone.includes('chassis'))
  const hostChassis = tree.chassis.find(mayBeHosts)
  const [ofSystem, ofChassis, ofManager] = await Promise.all([read(tree.system), read(hostChassis?.path), read(tree.managers[0])])
  const host = parseLoose(system, ofSystem?.body)
  const maySpeak = !isSystemMissed && (tree.system === undefined || ofSystem !== undefined)
  const box = parseLoose(chassis, maySpeak ? ofChassis?.body : undefined)
  const bmc = parseLoose(manager, ofManager?.body)
  // The chassis speaks for a system that is silent, not for one that cannot be understood.
  const say = (property: keyof typeof box) =>
    toFact(host[property]) ?? (findGarbledProperties(ofSystem?.body, { [property]: 'word' }).length > 0 ? undefined : toFact(box[property]))
  return {
    manufacturer: say('Manufacturer'),
    model: say('Model'),
    serial: say('SerialNumber'),
    sku: say('SKU'),
    partNumber: say('PartNumber'),
    assetTag: say('AssetTag'),
    uuid: say('UUID'),
    biosVersion: toFact(host.BiosVersion),
    hostName: toFact(host.HostName),
    processors: {
      count: toAmount(host.ProcessorSummary?.Count),
      threads: toAmount(host.ProcessorSummary?.LogicalProcessorCount),
      model: toFact(host.ProcessorSummary?.Model),
    },
    memoryGiB: toAmount(host.MemorySummary?.TotalSystemMemoryGiB),
    bmc: {
      model: toFact(bmc.Model),
      firmwareVersion: toFact(bmc.FirmwareVersion),
      interfaces: await readInterfaces(model, bmc.EthernetInterfaces),
    },
    time: toTimeTold(bmc, ofManager),
  }
}

function toTimeTold({ DateTime: dateTime, DateTimeLocalOffset: localOffset }: z.infer<typeof manager>, answer: Answer | undefined): TimeTold | undefined {
  if (dateTime === undefined || answer === undefined) return undefined
  const { askedAtMs, answeredAtMs } = answer
  return { dateTime, localOffset, askedAtMs, answeredAtMs }
}

/** Those that are up and have an address come first. */
async function readInterfaces(model: RedfishModel, collection: string | undefined): Promise<BmcInterface[]> {
  const paths = await readMembers(model.session, collection, MAX_INTERFACES)
  const bodies = await mapBounded(paths, (path) => readIfThere(model.session, path))
  return bodies
    .filter((body) => body !== undefined)
    .map(toBmcInterface)
    .toSorted((a, b) => toRank(a) - toRank(b))
}

function toRank({ isEnabled, linkUp, addresses }: BmcInterface): number {
  return (isEnabled !== false && linkUp !== false ? 0 : 2) + (addresses.length > 0 ? 0 : 1)
}

/** A machine without processor or memory is one whose BMC has not been told of them (OpenBMC while the host is off). */
function toAmount(value: number | undefined): number | undefined {
  return value === 0 ? undefined : value
}
