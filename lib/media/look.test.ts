import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { bootsBy } from '#lib/domain/image.ts'
import { lookAtImage } from './look.ts'
import { makeIso } from './testing/make-iso.ts'

const look = (image: Buffer) => lookAtImage(async (offset, length) => image.subarray(offset, offset + length))
const fixture = (name: string) => gunzipSync(readFileSync(join(import.meta.dirname, 'fixtures', `${name}.iso.gz`)))

/** Made by strangers: xorriso 1.5.4, genisoimage 1.1.11, mkudffs 2.3, each with its usual options. */
describe('an image of a stranger', () => {
  it.each([
    ['xorriso-bios-uefi', { iso9660: true, udf: false, label: 'BIOS_UEFI' }, { bios: true, uefi: true }],
    ['xorriso-uefi', { iso9660: true, udf: false, label: 'UEFI_ONLY' }, { bios: false, uefi: true }],
    ['genisoimage-bridge-bios', { iso9660: true, udf: true, label: 'BRIDGE' }, { bios: true, uefi: false }],
    ['mkudffs', { iso9660: false, udf: true, label: 'Ünï 标签' }, { bios: false, uefi: false }],
  ])('%s', async (name, facts, boots) => {
    const image = fixture(name)
    const found = (await look(image))!
    expect(found.facts).toMatchObject(facts)
    expect({ bios: bootsBy(found.facts, 'bios'), uefi: bootsBy(found.facts, 'uefi') }).toEqual(boots)
    expect(found.bytes).toBeGreaterThan(image.length / 2)
    expect(found.bytes).toBeLessThanOrEqual(image.length)
  })
})

describe('lookAtImage', () => {
  it('knows our own', async () => {
    const image = makeIso({ label: 'OURS', platforms: [0x00, 0xef, 0x01] })
    expect(await look(image)).toEqual({
      bytes: image.length,
      facts: {
        iso9660: true,
        udf: false,
        label: 'OURS',
        bootEntries: [
          { platform: 'bios', isBootable: true },
          { platform: 'uefi', isBootable: true },
          { platform: 'other', isBootable: true },
        ],
      },
    })
  })

  it('takes nothing else for an image', async () => {
    const wrong = makeIso()
    wrong.write('CD002', 16 * 2048 + 1, 'latin1')
    const disagrees = makeIso()
    disagrees.writeUInt32BE(1, 16 * 2048 + 84)
    for (const image of [Buffer.alloc(0), Buffer.alloc(40_000), Buffer.from('PK'.repeat(30_000)), wrong, disagrees]) expect(await look(image)).toBeNull()
  })

  it('finds nothing to boot where the catalogue is broken or lies outside', async () => {
    const noKey = makeIso()
    noKey[19 * 2048 + 30] = 0
    const badSum = makeIso()
    badSum[19 * 2048 + 5] = 1
    const outside = makeIso()
    outside.writeUInt32LE(0xffffffff, 17 * 2048 + 0x47)
    for (const image of [noKey, badSum, outside]) expect((await look(image))!.facts.bootEntries).toEqual([])
  })

  it('has an end for a catalogue of nothing but headers, and for descriptors without one', async () => {
    const headers = makeIso()
    for (let at = 64; at < 2048; at += 32) Buffer.from([0x90, 0xef, 0xff, 0xff]).copy(headers, 19 * 2048 + at)
    expect((await look(headers))!.facts.bootEntries.length).toBeLessThan(64)
    const endless = makeIso({ bytes: 1024 * 1024 })
    for (let sector = 17; sector < 500; sector += 1) endless.write('\x02CD001\x01', sector * 2048, 'latin1')
    expect((await look(endless))!.facts.iso9660).toBe(true)
  })

  it('takes control characters out of a label', async () => {
    expect((await look(makeIso({ label: 'A\x1b[31m\x00\u0085B' })))!.facts.label).toBe('A[31mB')
  })

  it('comes to an end, without a throw, whatever was scribbled over an image', async () => {
    for (let seed = 1; seed < 200; seed += 1) {
      const image = fixture('genisoimage-bridge-bios')
      for (let at = 16 * 2048, step = seed; at < image.length; at += step * 97) image[at] = (at * seed) & 0xff
      const found = await look(image)
      if (found !== null) expect(found.facts.bootEntries.length).toBeLessThanOrEqual(64)
    }
  })
})
