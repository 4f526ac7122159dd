import { describe, expect, test } from 'vitest'
import { accept, emptyWindow, nextSequence, type ReceiveWindow } from './sequence.ts'

const after = (...sequences: readonly number[]): ReceiveWindow =>
  sequences.reduce<ReceiveWindow>((window, sequence) => {
    const next = accept(window, sequence)
    if (!next) throw new Error(`${sequence} was refused`)
    return next
  }, emptyWindow)

describe('the receive window', () => {
  test.each([
    { name: 'the next', before: [1], sequence: 2, isAccepted: true },
    { name: 'the same', before: [1], sequence: 1, isAccepted: false },
    { name: 'one late', before: [1, 3], sequence: 2, isAccepted: true },
    { name: 'one late, repeated', before: [1, 3, 2], sequence: 2, isAccepted: false },
    { name: 'a skip by 2 (ASRock MT-C224)', before: [1], sequence: 4, isAccepted: true },
    { name: 'a wide gap', before: [1], sequence: 1000, isAccepted: true },
    { name: '32 behind, new', before: [100], sequence: 68, isAccepted: true },
    { name: '33 behind', before: [100], sequence: 67, isAccepted: false },
    { name: '32 behind, repeated', before: [68, 100], sequence: 68, isAccepted: false },
    { name: 'number 0', before: [1], sequence: 0, isAccepted: false },
    { name: 'a BMC that starts high', before: [], sequence: 0x9000_0000, isAccepted: true },
    { name: 'after the wrap', before: [0xffff_ffff], sequence: 1, isAccepted: true },
    { name: 'before the wrap, late', before: [0xffff_fffe, 1], sequence: 0xffff_ffff, isAccepted: true },
  ])('$name', ({ before, sequence, isAccepted }) => {
    expect(accept(after(...before), sequence) !== undefined).toBe(isAccepted)
  })

  test('every number of a shuffled stream is taken once', () => {
    let window = emptyWindow
    // Pairs swapped, then each sent again.
    const stream = Array.from({ length: 1000 }, (_, index) => (index ^ 1) + 1)
    for (const sequence of stream) {
      const next = accept(window, sequence)
      expect(next, String(sequence)).toBeDefined()
      window = next!
      expect(accept(window, sequence)).toBeUndefined()
    }
  })
})

test('sequence numbers leave 0 out', () => {
  expect(nextSequence(1)).toBe(2)
  expect(nextSequence(0xffff_ffff)).toBe(1)
})
