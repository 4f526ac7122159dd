import { expect, test } from 'vitest'
import { spanWords } from './age.tsx'
import type { Words } from './words.tsx'

const words = { seconds: '{n} s', minutes: '{n} min', hours: '{n} h', days: '{n} d' } as Words

test.each([
  [0, '0 s'],
  [-5, '0 s'],
  [59_600, '1 min'],
  [75_000, '1 min 15 s'],
  [28_799_800, '8 h'],
  [28_710_000, '7 h 59 min'],
  [100_000_000, '1 d 3 h'],
  [290_520_000_500, '3362 d 12 h'],
])('a span of %d ms is %s', (ms, text) => expect(spanWords(ms, words)).toBe(text))
