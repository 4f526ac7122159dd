import { describe, expect, it } from 'vitest'
import { firstPiece, nextPiece, smallerPiece } from './piece-size.ts'
import { leftMs, rateOf, withSample, type Sample } from './rate.ts'

describe('rateOf', () => {
  const after = (...points: [number, number][]) => points.reduce<Sample[]>((samples, [atMs, bytes]) => withSample(samples, { atMs, bytes }), [])

  it('is of the last ten seconds', () => {
    expect(rateOf(after([0, 0], [2_000, 200]))).toBe(100)
    expect(rateOf(after([0, 0], [10_000, 10], [12_000, 10], [20_000, 8_010]))).toBe(800)
  })
  it('is not known at once, and not carried over a piece that is sent again', () => {
    expect(rateOf([])).toBeNull()
    expect(rateOf(after([0, 0], [500, 900]))).toBeNull()
    expect(rateOf(after([0, 0], [2_000, 5_000], [3_000, 1_000]))).toBeNull()
  })
  it('tells what is left', () => {
    expect(leftMs(500, 1_500, 100)).toBe(10_000)
    for (const [bytes, rate] of [[null, 100], [1_500, null], [1_500, 0]] as const) expect(leftMs(500, bytes, rate)).toBeNull()
  })
})

describe('the size of a piece', () => {
  it('comes near four seconds, in steps', () => {
    expect(nextPiece(firstPiece, 4_000)).toBe(firstPiece)
    expect(nextPiece(firstPiece, 10)).toBe(firstPiece * 4)
    expect(nextPiece(firstPiece, 16_000)).toBe(firstPiece / 4)
  })
  it('stays within what web takes in its 30 s and its 64 MiB', () => {
    expect(nextPiece(48 * 1024 * 1024, 1)).toBe(48 * 1024 * 1024)
    expect(nextPiece(256 * 1024, 1e6)).toBe(256 * 1024)
    expect(smallerPiece(256 * 1024)).toBe(256 * 1024)
  })
})
