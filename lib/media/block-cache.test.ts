import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { blockCache, type ReadAt } from './block-cache.ts'

function rig(size: number, most = 4, blockBytes = 100) {
  const content = randomBytes(size)
  const asked: number[] = []
  const buffers = new Set<Buffer>()
  const readAt: ReadAt = async (buffer, position) => {
    asked.push(position)
    buffers.add(buffer)
    await new Promise((resolve) => setImmediate(resolve))
    return content.subarray(position, position + blockBytes).copy(buffer)
  }
  const cache = blockCache(most, blockBytes)
  const read = async (position: number, length: number, file = 'a') => {
    const parts: Buffer[] = []
    // Held for a turn, as a socket holds it.
    const use = async (bytes: Buffer) => {
      await new Promise((resolve) => setImmediate(resolve))
      parts.push(Buffer.from(bytes))
    }
    const got = await cache.lend(file, readAt, length, position, use)
    const all = Buffer.concat(parts)
    expect(all).toHaveLength(got)
    return all
  }
  return { content, asked, buffers, read }
}

it('asks the file once for what is read in a row, and by many', async () => {
  const { content, asked, read } = rig(1000)
  const parts = await Promise.all([0, 10, 20, 0, 50, 99].map((at) => read(at, 1)))
  expect(parts.every((part, i) => part.equals(content.subarray([0, 10, 20, 0, 50, 99][i], [0, 10, 20, 0, 50, 99][i]! + 1)))).toBe(true)
  expect(asked).toEqual([0])
})

it('reads over the edges of blocks, and ends with the file', async () => {
  const { content, asked, read } = rig(250)
  expect((await read(90, 120)).equals(content.subarray(90, 210))).toBe(true)
  expect((await read(240, 50)).equals(content.subarray(240))).toBe(true)
  expect(await read(250, 10)).toHaveLength(0)
  expect(await read(900, 10)).toHaveLength(0)
  expect(asked).toEqual([0, 100, 200, 900])
})

it('tells one file from another', async () => {
  const { asked, read } = rig(100)
  await read(0, 1, 'a')
  await read(0, 1, 'b')
  expect(asked).toEqual([0, 0])
})

it('holds so many buffers and no more, and forgets the one whose use is longest ago', async () => {
  const { asked, buffers, read } = rig(1000)
  for (const block of [0, 1, 2, 3, 0, 4]) await read(block * 100, 1)
  await read(0, 1)
  await read(100, 1)
  expect(asked).toEqual([0, 100, 200, 300, 400, 100])
  expect(buffers.size).toBe(4)
})

it('gives true bytes to readers of more blocks than it holds, all at once', async () => {
  const { content, read } = rig(5_000)
  const places = Array.from({ length: 400 }, (_, i) => (i * 37) % 4_900)
  const parts = await Promise.all(places.map((at) => read(at, 100)))
  expect(parts.every((part, i) => part.equals(content.subarray(places[i], places[i]! + 100)))).toBe(true)
})

it('asks again after a disk that could not be read', async () => {
  const cache = blockCache(2, 100)
  let fails = true
  const readAt: ReadAt = async (buffer) => {
    if (fails) throw new Error('EIO')
    return buffer.fill(7).length
  }
  const parts: Buffer[] = []
  const lend = () => cache.lend('a', readAt, 10, 0, (bytes) => void parts.push(Buffer.from(bytes)))
  await expect(lend()).rejects.toThrow('EIO')
  fails = false
  expect(await lend()).toBe(10)
  expect(parts).toEqual([Buffer.alloc(10, 7)])
})
