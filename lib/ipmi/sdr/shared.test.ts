import { expect, test } from 'vitest'
import { sdrVectors } from '../testing/vectors.ts'
import { decodeSdrs } from './record.ts'
import { shareSdrs } from './shared.ts'

const copies = () => sdrVectors.map((bytes) => Buffer.from(bytes))

test('records that are equal to the last byte are the same, and decoded once', () => {
  const one = shareSdrs(copies())
  const other = shareSdrs(copies())
  expect(other).toBe(one)
  expect(decodeSdrs(other)).toBe(decodeSdrs(one))
})

test('one byte, one record or a record’s end elsewhere makes them others', () => {
  const one = shareSdrs(copies())
  const changed = copies()
  changed[0]![47]! ^= 1
  const [first, second, ...rest] = copies()
  const cutElsewhere = [first!.subarray(0, -1), Buffer.concat([first!.subarray(-1), second!]), ...rest]
  for (const raw of [changed, copies().slice(1), cutElsewhere]) {
    expect(shareSdrs(raw)).toBe(raw)
    expect(raw).not.toBe(one)
  }
})
