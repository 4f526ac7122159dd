import { describe, expect, it } from 'vitest'
import type { Inventory, Part } from '#lib/domain/inventory.ts'
import { toClock, toDriveSize, toLinkSpeed, toMemorySize } from './sizes.ts'
import { bySlot, coresOf, toAlikeText, toLine, toMemoryFigures, toNetworkFigures, toSectionState, toShortModel } from './summary.ts'

const gib = 2 ** 30
const part = (kind: Part['kind'], slot: string, facts: Partial<Part> = {}): Part => ({ kind, slot, name: slot, ...facts })
const of = (parts: Part[], rest: Partial<Inventory> = {}): Inventory => ({ parts, sections: {}, absent: {}, ...rest })

describe('a machine in a few lines', () => {
  it('counts processors and their cores', () => {
    const cpu = { model: 'Intel(R) Xeon(R) Gold 6430 CPU @ 2.10GHz', cores: 32 }
    const inventory = of([part('processor', 'CPU 1', cpu), part('processor', 'CPU 2', cpu)])
    expect(toLine(inventory, 'processor')).toBe('2 × Xeon Gold 6430')
    expect(coresOf(inventory)).toBe(64)
    expect(toShortModel('AMD EPYC 7302P 16-Core Processor')).toBe('EPYC 7302P')
  })

  it('counts modules, and the slots that are empty', () => {
    const modules = [part('memory', 'A1', { sizeBytes: 32 * gib }), part('memory', 'B1', { sizeBytes: 32 * gib })]
    expect(toMemoryFigures(of(modules, { absent: { memory: 14 } }))).toEqual({ total: '64 GiB', modules: 2, slots: 16 })
    expect(toMemoryFigures(of([]))).toBeNull()
  })

  it('puts like drives together and leaves the others', () => {
    const drives = [3_840_755_982_336, 3_840_755_982_336, 480_103_981_056].map((sizeBytes, bay) => part('drive', `Bay ${bay}`, { sizeBytes, technology: bay < 2 ? 'NVMe SSD' : 'SATA SSD' }))
    expect(toLine(of(drives), 'drive')).toBe('2 × 3.84 TB NVMe SSD, 480 GB SATA SSD')
    expect(toLine(of([]), 'drive')).toBeNull()
  })

  it('counts a link that is down as no link', () => {
    const nics = [part('nic', '1', { linkUp: true, speedMbps: 25_000 }), part('nic', '2', { linkUp: false, speedMbps: 1_000 }), part('nic', '3')]
    expect(toNetworkFigures(of(nics))).toEqual({ links: '1 × 25 Gb/s', others: 2 })
  })
})

it('a section is as well read as its worst kind', () => {
  expect(toSectionState({ sections: { drive: 'read', volume: 'failed' } }, ['drive', 'volume', 'controller'])).toBe('partial')
  expect(toSectionState({ sections: { drive: 'failed' } }, ['drive', 'volume'])).toBe('failed')
  expect(toSectionState({ sections: { memory: 'read' } }, ['drive'])).toBe('untold')
  expect(toSectionState({ sections: { memory: 'read' } }, ['memory'])).toBe('read')
})

it('slots are sorted as one counts', () => {
  expect(bySlot(['A10', 'A2', 'A1'].map((slot) => part('memory', slot))).map(({ slot }) => slot)).toEqual(['A1', 'A2', 'A10'])
  expect(bySlot(['HGX_Baseboard_0', 'System'].map((slot) => part('system', slot))).map(({ slot }) => slot)).toEqual(['System', 'HGX_Baseboard_0'])
  const options = [part('bootOption', 'Boot0001'), part('bootOption', 'Boot0002', { bootPlace: 2 }), part('bootOption', 'Boot0003', { bootPlace: 1 })]
  expect(bySlot(options).map(({ slot }) => slot)).toEqual(['Boot0003', 'Boot0002', 'Boot0001'])
})

it('says sizes and speeds as they are ordered', () => {
  expect([toMemorySize(512 * 2 ** 20), toMemorySize(1_536 * gib), toMemorySize(3_072 * gib)]).toEqual(['512 MiB', '1536 GiB', '3 TiB'])
  expect([toDriveSize(960_197_124_096), toDriveSize(3_840_755_982_336), toDriveSize(2_000_398_934_016)]).toEqual(['960 GB', '3.84 TB', '2 TB'])
  expect([toLinkSpeed(100), toLinkSpeed(1_000), toLinkSpeed(2_500)]).toEqual(['100 Mb/s', '1 Gb/s', '2.5 Gb/s'])
  expect([toClock(2_100, true), toClock(3_200, false)]).toEqual(['2.1 GHz', '3200 MHz'])
  expect(toAlikeText(['a', 'b', 'a'])).toBe('2 × a, b')
})
