/** ISO 9660 (ECMA-119) volume descriptors. Every offset is one of the standard's byte positions, less one. */

/** Reads at a place; shorter than asked where the file ends. */
export type ReadAt = (offset: number, length: number) => Promise<Buffer>

export const sectorBytes = 2048
/** Descriptors begin after the system area of 16 sectors (ECMA-119 §6.2.1) and end with a terminator; a file may have none. */
const firstSector = 16
const mostDescriptors = 64

export type Iso9660 = { label: string | null; bytes: number; bootCatalog: number | null }

/** Text of whoever made the image: one line, without what is no character. */
export function toLabel(text: string): string | null {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Surrogate}\ufffd]/gu, '').trim().slice(0, 128)
  return plain === '' ? null : plain
}

/** The primary volume descriptor (§8.4): the label, how long the volume is, and where the boot catalogue lies (El Torito 1.0 §2.0). Null when there is none. */
export async function readIso9660(read: ReadAt): Promise<Iso9660 | null> {
  let primary: Pick<Iso9660, 'label' | 'bytes'> | null = null
  let bootCatalog: number | null = null
  for (let sector = firstSector; sector < firstSector + mostDescriptors; sector += 1) {
    const descriptor = await read(sector * sectorBytes, sectorBytes)
    if (descriptor.length < sectorBytes || descriptor.toString('latin1', 1, 6) !== 'CD001') break
    const type = descriptor[0]
    if (type === 255) break
    if (type === 1 && primary === null) primary = toPrimary(descriptor)
    if (type === 0 && bootCatalog === null && descriptor.toString('latin1', 7, 30) === 'EL TORITO SPECIFICATION') bootCatalog = descriptor.readUInt32LE(0x47)
  }
  return primary === null ? null : { ...primary, bootCatalog }
}

function toPrimary(descriptor: Buffer): Pick<Iso9660, 'label' | 'bytes'> | null {
  const blocks = descriptor.readUInt32LE(80)
  const blockBytes = descriptor.readUInt16LE(128)
  // Both byte orders stand there (§7.2.3, §7.3.3); a descriptor in which they differ is none.
  if (blocks !== descriptor.readUInt32BE(84) || blockBytes !== descriptor.readUInt16BE(130) || ![512, 1024, 2048].includes(blockBytes)) return null
  return { label: toLabel(descriptor.toString('latin1', 40, 72)), bytes: blocks * blockBytes }
}
