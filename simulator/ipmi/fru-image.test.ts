import { expect, test } from 'vitest'
import { identify } from '../makes.ts'
import { fruImage } from './fru-image.ts'

const sum = (bytes: Buffer) => bytes.reduce((total, byte) => (total + byte) & 0xff, 0)

test('header and areas add up to zero and lie where the header says', () => {
  const image = fruImage(identify('xfusion', 'n5', 5))
  expect(sum(image.subarray(0, 8))).toBe(0)
  const starts = [image[2]!, image[3]!, image[4]!].map((eights) => eights * 8)
  for (const start of starts) {
    const length = image[start + 1]! * 8
    expect(sum(image.subarray(start, start + length))).toBe(0)
  }
  expect(starts[2]! + image[starts[2]! + 1]! * 8).toBe(image.length)
})
