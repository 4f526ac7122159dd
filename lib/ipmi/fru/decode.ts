import { requireLength } from '../errors.ts'
import { checksum } from '../message.ts'
import { decodeText, encodingOf } from '../text.ts'
import { decodeMultiRecords, type FruMultiRecord } from './multi-record.ts'

/** Platform Management FRU Information Storage Definition 1.3. Fields that are empty are absent. */
export type FruChassis = Extra & { readonly type: number; readonly partNumber?: string; readonly serialNumber?: string }
export type FruBoard = Extra & {
  readonly manufacturedAt?: Date
  readonly manufacturer?: string
  readonly productName?: string
  readonly serialNumber?: string
  readonly partNumber?: string
  readonly fileId?: string
}
export type FruProduct = Extra & {
  readonly manufacturer?: string
  readonly productName?: string
  readonly partNumber?: string
  readonly version?: string
  readonly serialNumber?: string
  readonly assetTag?: string
  readonly fileId?: string
}
/** A maker's own fields after those of the specification. */
type Extra = { readonly extra?: readonly string[] }

export type Fru = {
  readonly chassis?: FruChassis
  readonly board?: FruBoard
  readonly product?: FruProduct
  readonly multiRecords?: readonly FruMultiRecord[]
  /** What is wrong in them, where anything is: nothing of the areas. */
  readonly multiRecordProblems?: readonly string[]
  /** Wrong checksums and areas that do not fit: what could be read is there nevertheless. */
  readonly problems: readonly string[]
}

const headerLength = 8
/** Areas start at multiples of eight bytes, and say their length so. */
const unit = 8
/** No more fields follow. */
const endOfFields = 0xc1
/** FRU dates count minutes from here. */
const epoch = Date.UTC(1996, 0, 1)

type AreaName = 'chassis' | 'board' | 'product'

/** Decodes a FRU inventory area. Throws `malformed` only for what has no header at all. */
export function decodeFru(bytes: Buffer): Fru {
  requireLength(bytes, headerLength, 'FRU header')
  const isHeaderRight = checksum(bytes, 0, headerLength - 1) === bytes[headerLength - 1]
  const problems = isHeaderRight ? [] : ['wrong checksum of the header']
  const read = (name: AreaName, start: number) => readArea(bytes, name, start, isHeaderRight, problems)
  const chassis = read('chassis', bytes[2]!)
  const board = read('board', bytes[3]!)
  const product = read('product', bytes[4]!)
  const beside: string[] = []
  return {
    chassis: chassis && decodeChassis(chassis),
    board: board && decodeBoard(board),
    product: product && decodeProduct(product),
    multiRecords: bytes[5] === 0 ? undefined : decodeMultiRecords(bytes, bytes[5]! * unit, beside),
    multiRecordProblems: beside.length === 0 ? undefined : beside,
    problems,
  }
}

/** An area with a wrong checksum is read nevertheless, but not one to which a wrong header led as well: that is somewhere in other bytes. */
function readArea(bytes: Buffer, name: AreaName, start: number, isHeaderRight: boolean, problems: string[]): Buffer | undefined {
  if (start === 0) return undefined
  const offset = start * unit
  const length = (bytes[offset + 1] ?? 0) * unit
  if (length === 0 || offset + 2 > bytes.length) {
    problems.push(`the ${name} area is missing`)
    return undefined
  }
  const area = bytes.subarray(offset, offset + length)
  const isRight = area.length === length && checksum(area, 0, length - 1) === area[length - 1]
  if (!isRight) problems.push(area.length < length ? `the ${name} area is cut short` : `wrong checksum of the ${name} area`)
  return isRight || isHeaderRight ? area : undefined
}

function decodeChassis(area: Buffer): FruChassis {
  const [partNumber, serialNumber, ...extra] = readFields(area, 3)
  return { type: area[2] ?? 0, partNumber, serialNumber, extra: given(extra) }
}

function decodeBoard(area: Buffer): FruBoard {
  const minutes = area.length >= 6 ? area.readUIntLE(3, 3) : 0
  const manufacturedAt = minutes ? new Date(epoch + minutes * 60_000) : undefined
  const [manufacturer, productName, serialNumber, partNumber, fileId, ...extra] = readFields(area, 6)
  return { manufacturedAt, manufacturer, productName, serialNumber, partNumber, fileId, extra: given(extra) }
}

function decodeProduct(area: Buffer): FruProduct {
  const [manufacturer, productName, partNumber, version, serialNumber, assetTag, fileId, ...extra] = readFields(area, 3)
  return { manufacturer, productName, partNumber, version, serialNumber, assetTag, fileId, extra: given(extra) }
}

function given(fields: readonly (string | undefined)[]): readonly string[] | undefined {
  const texts = fields.filter((field) => field !== undefined)
  return texts.length === 0 ? undefined : texts
}

/** The type/length fields from `offset` to the end mark; an area that ends early ends its fields. */
function readFields(area: Buffer, offset: number): readonly (string | undefined)[] {
  const fields: (string | undefined)[] = []
  while (offset < area.length && area[offset] !== endOfFields) {
    const typeLength = area[offset]!
    const length = typeLength & 0x3f
    fields.push(readField(typeLength, area.subarray(offset + 1, offset + 1 + length)))
    offset += 1 + length
  }
  return fields
}

function readField(typeLength: number, bytes: Buffer): string | undefined {
  // In FRUs type 0 is binary, not Unicode: shown in hexadecimal, as ipmitool does.
  const text = typeLength >> 6 === 0 ? bytes.toString('hex') : decodeText(encodingOf(typeLength), bytes)
  return text === '' ? undefined : text
}
