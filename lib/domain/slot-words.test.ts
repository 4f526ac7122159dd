import { expect, test } from 'vitest'
import { toSlotWords } from './slot-words.ts'

test.each([
  ['DIMM A1', 'Module', 'DIMM A1'],
  ['1', 'Manager', 'Manager 1'],
  ['1', '1', '1'],
  ['2', 'OnBoard LAN 2', 'OnBoard LAN 2'],
  ['2', 'OnBoard LAN 12', 'OnBoard LAN 12 2'],
])('slot %s of %s is called %s', (slot, name, words) => expect(toSlotWords({ slot, name })).toBe(words))
