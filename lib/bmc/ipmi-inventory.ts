import type { Inventory, Part, PartKind, SectionState } from '#lib/domain/inventory.ts'
import type { DeviceId } from '#lib/ipmi/commands/app.ts'
import { isRefusal } from '#lib/ipmi/errors.ts'
import { decodeFru, type Fru } from '#lib/ipmi/fru/decode.ts'
import { readFru } from '#lib/ipmi/fru/read.ts'
import type { FruLocator, SdrRecord } from '#lib/ipmi/sdr/record.ts'
import type { IpmiSession } from '#lib/ipmi/session.ts'
import { firstFact } from './ipmi-identity.ts'
import { toPlainText } from './text.ts'
import { withoutNothing } from './without-nothing.ts'

const MAX_FRUS = 48
const builtinName = 'Builtin FRU'
/** The BMC's own bus address: other controllers' FRUs would have to be bridged to. */
const bmcAddress = 0x20

export type FruReading = { name: string; fru: Fru | undefined }

/** 0 is the builtin one, FFh none. */
const isReserved = (fruId: number) => fruId === 0 || fruId === 0xff

/**
 * Reads the builtin FRU and those that the SDRs name, at most 48 and until the budget is spent. One without data is left out, one
 * that cannot be read is there without; what concerns the session is thrown.
 */
export async function readFrus(session: Pick<IpmiSession, 'send'>, records: readonly SdrRecord[], budgetMs: number): Promise<FruReading[]> {
  const endMs = performance.now() + budgetMs
  const isReadable = (one: SdrRecord): one is FruLocator =>
    one.kind === 'fru-locator' && one.isLogicalDevice && one.accessAddress === bmcAddress && one.lun === 0 && !isReserved(one.fruId)
  const locators = records.filter(isReadable)
  const distinct = locators.filter((one, index) => locators.findIndex(({ fruId }) => fruId === one.fruId) === index).slice(0, MAX_FRUS)
  const frus: FruReading[] = []
  for (const { fruId, name } of [{ fruId: 0, name: builtinName }, ...distinct]) {
    const reading = { name: name || `FRU ${fruId}`, fru: undefined }
    if (performance.now() >= endMs) frus.push(reading)
    else frus.push(...(await readOne(session, fruId, reading)))
  }
  return frus
}

/** Refusals that mean that nothing is there: no such device, no data in it. */
const nothingThere: ReadonlySet<number> = new Set([0xc1, 0xc9, 0xcb, 0xcc, 0xcd])

async function readOne(session: Pick<IpmiSession, 'send'>, fruId: number, reading: FruReading): Promise<FruReading[]> {
  try {
    return [{ ...reading, fru: decodeFru(await readFru(session, fruId)) }]
  } catch (error) {
    if (!isRefusal(error)) throw error
    return error.kind === 'malformed' || nothingThere.has(error.completionCode ?? 0) ? [] : [reading]
  }
}

/** What IPMI tells of a node: its FRUs, its BMC and that one's network. The builtin FRU's product, board and chassis are the node's own. */
export function toInventory(frus: readonly FruReading[], device: DeviceId | undefined, lan?: Part): Inventory {
  const builtin = frus.find(({ name }) => name === builtinName)
  const others = frus.filter((one) => one !== builtin)
  const parts = [...(builtin?.fru === undefined ? [] : toOwnParts(builtin.fru)), ...others.flatMap(toFruPart)]
  const isWhole = frus.every(({ fru }) => fru !== undefined)
  const state: SectionState = builtin?.fru === undefined ? 'failed' : 'read'
  // A BMC without a builtin FRU tells nothing of these.
  const own: Inventory['sections'] = builtin === undefined ? {} : { system: state, chassis: state, board: state }
  return {
    parts: withUniqueSlots([...parts, ...(device === undefined ? [] : [toBmcPart(device)]), ...(lan === undefined ? [] : [lan])]),
    sections: { ...own, fru: isWhole ? 'read' : 'partial', ...(device === undefined ? {} : { bmc: 'read' }), ...(lan === undefined ? {} : { bmcNic: 'read' }) },
    absent: {},
  }
}

function toOwnParts({ product, board, chassis, problems }: Fru): Part[] {
  const faultsOf = (area: string) => problems.filter((problem) => problem.includes(area) || problem.includes('header'))
  return [
    toPart('system', 'System', product?.productName, faultsOf('product'), { ...product, model: product?.productName }),
    toPart('board', 'Board', board?.productName, faultsOf('board'), { ...board, model: board?.productName }),
    toPart('chassis', 'Chassis', undefined, faultsOf('chassis'), { ...chassis }),
  ].filter((part) => Object.keys(part).length > 3)
}

function toFruPart({ name, fru }: FruReading): Part[] {
  if (fru === undefined) return []
  const { product, board, chassis, problems } = fru
  const serial = firstFact(product?.serialNumber) ?? firstFact(board?.serialNumber) ?? chassis?.serialNumber
  const words = { ...board, ...withoutNothing(product ?? {}), model: firstFact(product?.productName) ?? board?.productName }
  const part = toPart('fru', toPlainText(name, 80), toPlainText(name, 80), problems, { ...words, serialNumber: serial })
  return Object.keys(part).length > 3 ? [part] : []
}

type Words = {
  manufacturer?: string | undefined
  model?: string | undefined
  partNumber?: string | undefined
  serialNumber?: string | undefined
  assetTag?: string | undefined
  manufacturedAt?: Date | undefined
}

/** Exactly three keys and no more when the area says nothing. */
function toPart(kind: PartKind, slot: string, name: string | undefined, faults: readonly string[], words: Words): Part {
  const facts = {
    manufacturer: firstFact(words.manufacturer),
    model: firstFact(words.model),
    serial: firstFact(words.serialNumber),
    partNumber: firstFact(words.partNumber),
    assetTag: firstFact(words.assetTag),
    manufacturedAt: words.manufacturedAt?.toISOString(),
    faults: faults.length === 0 ? undefined : faults.map((fault) => toPlainText(fault)),
  }
  return { kind, slot, name: firstFact(name) ?? slot, ...withoutNothing(facts) }
}

function toBmcPart(device: DeviceId): Part {
  return {
    kind: 'bmc',
    slot: 'BMC',
    name: 'BMC',
    firmware: device.firmwareRevision,
    model: `product ${device.productId}`,
    manufacturer: `IANA ${device.manufacturerId}`,
  }
}

/** FRUs may share a name: by number then, in the order of their records. */
function withUniqueSlots(parts: readonly Part[]): Part[] {
  const seen = new Map<string, number>()
  return parts.map((part) => {
    const key = `${part.kind} ${part.slot}`
    const count = (seen.get(key) ?? 0) + 1
    seen.set(key, count)
    return count === 1 ? part : { ...part, slot: `${part.slot} #${count}` }
  })
}
