import { describe, expect, it } from 'vitest'
import { bootsBy, toImageName } from './image.ts'
import { roomFor, toNoRoomText, toSizeText, usedBytesOf } from './image-space.ts'

describe('toImageName', () => {
  it.each([
    ['Rocky-9.4-x86_64-dvd.iso', 'Rocky-9.4-x86_64-dvd.iso'],
    ['C:\\Users\\ada\\Debian 12 (netinst).ISO', 'Debian-12-netinst-.iso'],
    ['/srv/ümlaut.iso', 'umlaut.iso'],
    ['银河麒麟-V10.iso', 'V10.iso'],
    ['.hidden.iso', 'hidden.iso'],
    ['a%20b.iso', 'a-b.iso'],
    ['<img src=x>.iso', 'img-src-x-.iso'],
    ['银河.iso', null],
    ['rocky.img', null],
    ['.iso', null],
    ['', null],
  ])('%j is %j', (text, name) => expect(toImageName(text)).toBe(name))

  it('is never longer than a name may be', () => {
    expect(toImageName(`${'a'.repeat(300)}.iso`)).toHaveLength(80)
  })
})

describe('bootsBy', () => {
  it('counts bootable entries alone', () => {
    const facts = { iso9660: true, udf: false, label: null, bootEntries: [{ platform: 'bios' as const, isBootable: false }, { platform: 'uefi' as const, isBootable: true }] }
    expect([bootsBy(facts, 'bios'), bootsBy(facts, 'uefi')]).toEqual([false, true])
  })
})

describe('the room for images', () => {
  const disk = { totalBytes: 1_000, freeBytes: 500 }
  const images = [
    { state: 'ready', bytes: 100, received: 100 },
    { state: 'uploading', bytes: 200, received: 50 },
    { state: 'fetching', bytes: null, received: 30 },
    { state: 'failed', bytes: 900, received: 900 },
  ]
  it('leaves the reserve, and what was announced before', () => {
    expect(roomFor(images, { quotaBytes: null, reservePercent: 10, fetchFrom: [] }, disk)).toEqual({ leftBytes: 250, limit: 'disk-full' })
    expect(roomFor(images, { quotaBytes: null, reservePercent: 90, fetchFrom: [] }, disk)).toEqual({ leftBytes: 0, limit: 'disk-full' })
  })
  it('ends at the quota, of which announced ones count whole', () => {
    expect(usedBytesOf(images)).toBe(330)
    expect(roomFor(images, { quotaBytes: 400, reservePercent: 10, fetchFrom: [] }, disk)).toEqual({ leftBytes: 70, limit: 'quota' })
  })
  it('is told in words that help', () => {
    expect(toNoRoomText(4.1 * 1024 ** 3, { leftBytes: 1024 ** 3, limit: 'disk-full' }, { reservePercent: 10 })).toBe("4.1 GiB are needed and 1.0 GiB are left on the depot's disk above the 10 % that stay free: remove an image, or make room on that disk")
    expect([0, 1, 1023, 1024, 1024 ** 2 * 100, 1024 ** 5].map(toSizeText)).toEqual(['0 B', '1 B', '1023 B', '1.0 KiB', '100 MiB', '1.0 PiB'])
  })
})
