import { expect, test } from 'vitest'
import { randomBytes } from './random.ts'

test('no bytes are given out twice, and what was given out does not change', () => {
  const given = Array.from({ length: 2_000 }, (_, i) => randomBytes(8 + (i % 9)))
  const before = given.map((bytes) => bytes.toString('hex'))
  expect(given.map((bytes) => bytes.length)).toEqual(given.map((_, i) => 8 + (i % 9)))
  expect(new Set(before).size).toBe(2_000)
  randomBytes(4_000)
  expect(given.map((bytes) => bytes.toString('hex'))).toEqual(before)
  // No two overlap in memory.
  const ranges = given.map((bytes) => ({ memory: bytes.buffer, from: bytes.byteOffset, to: bytes.byteOffset + bytes.length }))
  for (let i = 1; i < ranges.length; i++) {
    if (ranges[i]!.memory === ranges[i - 1]!.memory) expect(ranges[i]!.from).toBeGreaterThanOrEqual(ranges[i - 1]!.to)
  }
})

test('more than a buffer at once', () => {
  expect(randomBytes(10_000)).toHaveLength(10_000)
})
