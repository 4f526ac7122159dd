import { sectorBytes, toLabel, type ReadAt } from './iso9660.ts'

/** UDF (ECMA-167 3rd edition, OSTA UDF 2.60): is it one, what is its label, and how far does its partition reach? */
export type Udf = { label: string | null; bytes: number }

/** Tag identifiers of descriptors (ECMA-167 3/7.2.1). */
const tag = { primaryVolume: 1, anchor: 2, partition: 5, logicalVolume: 6, terminating: 8 }
const anchorSector = 256
const mostDescriptors = 64

/** Between BEA01 and TEA01 in the volume recognition area stands NSR02 or NSR03 (ECMA-167 2/8.3, 3/9.1). */
async function isRecognised(read: ReadAt): Promise<boolean> {
  for (let sector = 16; sector < 16 + mostDescriptors; sector += 1) {
    const name = (await read(sector * sectorBytes, 6)).toString('latin1', 1, 6)
    if (name === 'NSR02' || name === 'NSR03') return true
    if (!['CD001', 'BEA01', 'BOOT2', 'CDW02'].includes(name)) return false
  }
  return false
}

/** The tag of a descriptor, when its checksum holds and it says that it lies where it was read (3/7.2.3, 3/7.2.8). */
function tagOf(descriptor: Buffer, sector: number): number | null {
  if (descriptor.length < 512 || descriptor.readUInt32LE(12) !== sector) return null
  let sum = 0
  for (let at = 0; at < 16; at += 1) if (at !== 4) sum = (sum + descriptor[at]!) & 0xff
  return sum === descriptor[4] ? descriptor.readUInt16LE(0) : null
}

/** A dstring (1/7.2.12) of OSTA compressed Unicode (UDF §2.1.1): its length is its last byte, its first says 8 or 16 bits a character. */
function readDstring(field: Buffer): string | null {
  const text = field.subarray(1, Math.min(field[field.length - 1]!, field.length - 1))
  if (field[0] === 8) return toLabel(text.toString('latin1'))
  if (field[0] !== 16) return null
  const even = Buffer.from(text.subarray(0, text.length - (text.length % 2)))
  return toLabel(even.swap16().toString('utf16le'))
}

/** Reads the main volume descriptor sequence that the anchor names. Null when this is no UDF. */
export async function readUdf(read: ReadAt): Promise<Udf | null> {
  if (!(await isRecognised(read))) return null
  const anchor = await read(anchorSector * sectorBytes, sectorBytes)
  if (tagOf(anchor, anchorSector) !== tag.anchor) return null
  const count = Math.min(Math.floor(anchor.readUInt32LE(16) / sectorBytes), mostDescriptors)
  const first = anchor.readUInt32LE(20)
  const found: Udf = { label: null, bytes: 0 }
  for (let sector = first; sector < first + count; sector += 1) {
    const descriptor = await read(sector * sectorBytes, sectorBytes)
    const kind = tagOf(descriptor, sector)
    if (kind === null || kind === tag.terminating) break
    if (kind === tag.primaryVolume) found.label ??= readDstring(descriptor.subarray(24, 56))
    if (kind === tag.logicalVolume) found.label = readDstring(descriptor.subarray(84, 212)) ?? found.label
    if (kind === tag.partition) found.bytes = Math.max(found.bytes, (descriptor.readUInt32LE(188) + descriptor.readUInt32LE(192)) * sectorBytes)
  }
  return found.bytes === 0 ? null : found
}
