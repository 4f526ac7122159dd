import { describe, expect, test } from 'vitest'
import { answerGetSdr, senderOf, type RawAnswer } from '../testing/recorded-sender.ts'
import { readSdrRepository } from './repository.ts'

const infoCmd = 0x20
const reserveCmd = 0x22
const getCmd = 0x23

/** An OEM record with this id and so many bytes behind its header. */
function record(id: number, length = 20): Buffer {
  const bytes = Buffer.alloc(5 + length, id & 0xff)
  bytes.writeUInt16LE(id, 0)
  bytes[2] = 0x51
  bytes[3] = 0xc0
  bytes[4] = length
  return bytes
}

const info = (count: number, lastAddition = 0): RawAnswer => {
  const data = Buffer.alloc(14)
  data.writeUInt16LE(count, 1)
  data.writeUInt32LE(lastAddition, 5)
  return [0, data]
}

type Hooks = { readonly onGet?: (data: Buffer) => RawAnswer | undefined; readonly onReserve?: () => RawAnswer; readonly info?: () => RawAnswer }

function repositoryOf(records: readonly Buffer[], hooks: Hooks = {}) {
  return senderOf(({ netFn, cmd }, data) => {
    if (netFn !== 0x0a) return [0xc1]
    if (cmd === infoCmd) return hooks.info?.() ?? info(records.length)
    if (cmd === reserveCmd) return hooks.onReserve?.() ?? [0, Buffer.of(1, 0)]
    if (cmd === getCmd) return hooks.onGet?.(data) ?? answerGetSdr(records, data)
    return [0xc1]
  })
}

const ids = (raw: readonly Buffer[]) => raw.map((bytes) => bytes.readUInt16LE(0))

describe('an SDR repository', () => {
  const three = [record(1), record(2, 200), record(7, 60)]

  test('is read whole, record by record', async () => {
    const result = await readSdrRepository(repositoryOf(three))
    expect(result.raw).toEqual(three)
    expect(result.problem).toBeUndefined()
  })

  test('ends at the count that the BMC names, where that is asked for: its last record leads to one that is not there', async () => {
    const sender = repositoryOf([...three, record(9)], { info: () => info(3), onGet: (data) => (data.readUInt16LE(2) === 9 ? [0xcb] : undefined) })
    expect(await readSdrRepository(sender)).toMatchObject({ problem: { completionCode: 0xcb } })
    const result = await readSdrRepository({ ...sender, workarounds: new Set(['assumemaxsdrrecordcount'] as const) })
    expect(ids(result.raw)).toEqual([1, 2, 7])
    expect(result.problem).toBeUndefined()
  })

  test.each([0xca, 0xc8, 0xc7, 0xff])('is read in parts when the BMC says %i to whole records', async (code) => {
    const counts: number[] = []
    const onGet = (data: Buffer): RawAnswer | undefined => {
      counts.push(data[5]!)
      return data[5]! > 16 ? [code] : undefined
    }
    expect((await readSdrRepository(repositoryOf(three, { onGet }))).raw).toEqual(three)
    // Whole, 32, 16: the size that works is kept for all that follow.
    expect(counts.filter((count) => count > 16)).toEqual([0xff, 32])
  })

  test('is read in parts when the BMC sends less than asked', async () => {
    const onGet = (data: Buffer): RawAnswer => {
      const [code, bytes] = answerGetSdr(three, data)
      return [code, bytes?.subarray(0, 2 + 22)]
    }
    expect((await readSdrRepository(repositoryOf(three, { onGet }))).raw).toEqual(three)
  })

  test('a lost reservation is taken again, and the record read anew', async () => {
    let losses = 3
    let reservations = 0
    const onGet = (): RawAnswer | undefined => (losses-- > 0 ? [0xc5] : undefined)
    const onReserve = (): RawAnswer => [0, Buffer.of(++reservations, 0)]
    expect((await readSdrRepository(repositoryOf(three, { onGet, onReserve }))).raw).toEqual(three)
    expect(reservations).toBe(4)
  })

  test('a reservation that is always lost ends the reading', async () => {
    await expect(readSdrRepository(repositoryOf(three, { onGet: () => [0xc5] }))).rejects.toMatchObject({ completionCode: 0xc5 })
  })

  test('a BMC that refuses even four bytes is an error', async () => {
    await expect(readSdrRepository(repositoryOf(three, { onGet: () => [0xca] }))).rejects.toMatchObject({ completionCode: 0xca })
  })

  test('the count does not matter, the chain does', async () => {
    expect(ids((await readSdrRepository(repositoryOf(three, { info: () => info(4000) }))).raw)).toEqual([1, 2, 7])
    expect(ids((await readSdrRepository(repositoryOf(three, { info: () => info(0) }))).raw)).toEqual([1, 2, 7])
  })

  test('Dell FC830: C3h on the last record keeps the others', async () => {
    const onGet = (data: Buffer): RawAnswer | undefined => (data.readUInt16LE(2) === 7 ? [0xc3] : undefined)
    const result = await readSdrRepository(repositoryOf(three, { onGet }))
    expect(ids(result.raw)).toEqual([1, 2])
    expect(result.problem).toMatchObject({ completionCode: 0xc3 })
  })

  test('a chain that runs in a circle ends', async () => {
    const onGet = (data: Buffer): RawAnswer => {
      const [code, bytes] = answerGetSdr(three, data)
      if (bytes!.readUInt16LE(0) === 0xffff) bytes!.writeUInt16LE(2)
      return [code, bytes]
    }
    const result = await readSdrRepository(repositoryOf(three, { onGet }))
    expect(ids(result.raw)).toEqual([1, 2, 7])
    expect(result.problem).toMatchObject({ kind: 'protocol' })
  })

  test('a BMC that sends nothing at some offset ends it too', async () => {
    const onGet = (data: Buffer): RawAnswer | undefined => (data[5] === 0xff ? [0, Buffer.concat([Buffer.of(2, 0), record(1).subarray(0, 10)])] : [0, Buffer.of(2, 0)])
    await expect(readSdrRepository(repositoryOf(three, { onGet }))).rejects.toMatchObject({ kind: 'protocol' })
  })

  test('4,000 records, and records with the same id', async () => {
    const many = Array.from({ length: 4_000 }, (_, index) => record(index + 1))
    expect((await readSdrRepository(repositoryOf(many))).raw).toHaveLength(4_000)
  })

  test('is not read again while its times and count stay', async () => {
    let addition = 5
    let gets = 0
    const onGet = (): undefined => void gets++
    const sender = repositoryOf(three, { onGet, info: () => info(3, addition) })
    const first = await readSdrRepository(sender)
    expect(await readSdrRepository(sender, { cached: first })).toBe(first)
    expect(gets).toBe(3)
    addition = 6
    expect(await readSdrRepository(sender, { cached: first })).not.toBe(first)
  })

  test('without a repository the device SDRs are read', async () => {
    const deviceId = Buffer.alloc(11)
    deviceId[1] = 0x80
    const sender = senderOf(({ netFn, cmd }, data) => {
      if (netFn === 0x06) return [0, deviceId]
      if (netFn !== 0x04) return [0xc1]
      return cmd === 0x22 ? [0, Buffer.of(1, 0)] : answerGetSdr(three, data)
    })
    expect(await readSdrRepository(sender)).toEqual({ raw: three, info: undefined })
  })
})
