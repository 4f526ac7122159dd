import type { BootEntry } from '#lib/domain/image.ts'
import { sectorBytes, type ReadAt } from './iso9660.ts'

/**
 * The boot catalogue of a CD («El Torito» Bootable CD-ROM Format 1.0 §2.0; platform EFh is UEFI 2.10 §13.3.2.1). It is a list of 32-byte
 * entries: validation, the initial entry, then sections of other platforms. As long as one sector holds; real ones have two to six.
 */
const entryBytes = 32
const platforms: Record<number, BootEntry['platform']> = { 0x00: 'bios', 0xef: 'uefi' }
const toPlatform = (id: number): BootEntry['platform'] => platforms[id] ?? 'other'

/** What firmware finds in the catalogue at this sector; nothing where it is none. */
export async function readBootEntries(read: ReadAt, sector: number): Promise<BootEntry[]> {
  const catalog = await read(sector * sectorBytes, sectorBytes)
  const at = (index: number) => catalog.subarray(index * entryBytes, (index + 1) * entryBytes)
  const count = Math.floor(catalog.length / entryBytes)
  if (count < 2 || !isValidation(at(0))) return []
  const found = [toEntry(at(1), toPlatform(at(0)[1]!))]
  for (let index = 2; index < count; ) {
    const header = at(index)
    // 90h: a section with more to come, 91h: the last one.
    if (header[0] !== 0x90 && header[0] !== 0x91) break
    const platform = toPlatform(header[1]!)
    const entries = header.readUInt16LE(2)
    index += 1
    for (let read = 0; read < entries && index < count; read += 1) {
      found.push(toEntry(at(index), platform))
      index += 1
      // 44h: the selection criteria of the entry before go on.
      while (index < count && at(index)[0] === 0x44) index += 1
    }
    if (header[0] === 0x91) break
  }
  return found
}

/** Header 1, key 55h AAh, and words that sum up to zero (§2.1). */
function isValidation(entry: Buffer): boolean {
  let sum = 0
  for (let at = 0; at < entryBytes; at += 2) sum = (sum + entry.readUInt16LE(at)) & 0xffff
  return entry[0] === 1 && entry[30] === 0x55 && entry[31] === 0xaa && sum === 0
}

/** 88h in its first byte: bootable. */
const toEntry = (entry: Buffer, platform: BootEntry['platform']): BootEntry => ({ platform, isBootable: entry[0] === 0x88 })
