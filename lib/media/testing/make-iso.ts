import { randomBytes } from 'node:crypto'
import { sectorBytes } from '../iso9660.ts'

/** An ISO 9660 of our own for tests: its descriptors and boot catalogue are true, the rest is noise. Strangers' images are in fixtures/. */
export function makeIso({ label = 'TEST', bytes = 256 * 1024, platforms = [0x00, 0xef] }: { label?: string; bytes?: number; platforms?: number[] } = {}): Buffer {
  const sectors = Math.max(Math.ceil(bytes / sectorBytes), 24)
  const iso = Buffer.alloc(sectors * sectorBytes)
  randomBytes((sectors - 20) * sectorBytes).copy(iso, 20 * sectorBytes)
  const sector = (index: number) => iso.subarray(index * sectorBytes, (index + 1) * sectorBytes)
  const descriptor = (index: number, type: number) => {
    sector(index)[0] = type
    sector(index).write('CD001\x01', 1, 'latin1')
    return sector(index)
  }
  const primary = descriptor(16, 1)
  primary.write(label.padEnd(32), 40, 'latin1')
  primary.writeUInt32LE(sectors, 80)
  primary.writeUInt32BE(sectors, 84)
  primary.writeUInt16LE(sectorBytes, 128)
  primary.writeUInt16BE(sectorBytes, 130)
  if (platforms.length > 0) {
    const record = descriptor(17, 0)
    record.write('EL TORITO SPECIFICATION', 7, 'latin1')
    record.writeUInt32LE(19, 0x47)
    catalog(platforms).copy(sector(19))
  }
  descriptor(18, 255)
  return iso
}

function catalog([first = 0, ...more]: number[]): Buffer {
  const entry = (...bytes: number[]) => Buffer.concat([Buffer.from(bytes)], 32)
  const validation = entry(1, first)
  validation.writeUInt16LE(0xaa55, 30)
  let sum = 0
  for (let at = 0; at < 32; at += 2) sum += validation.readUInt16LE(at)
  validation.writeUInt16LE((0x10000 - (sum & 0xffff)) & 0xffff, 28)
  const sections = more.flatMap((platform, at) => [entry(at === more.length - 1 ? 0x91 : 0x90, platform, 1, 0), entry(0x88)])
  return Buffer.concat([validation, entry(0x88), ...sections])
}
