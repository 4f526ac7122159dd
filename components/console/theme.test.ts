import { expect, test } from 'vitest'
import { toHex } from './theme.ts'

test.each([
  ['rgb(12, 14, 16)', '#0c0e10'],
  ['rgba(12, 14, 16, 0.5)', '#0c0e10'],
  ['rgb(255 97 102 / 0.3)', '#ff6166'],
  ['color(srgb 1 0.5 0)', '#ff8000'],
  ['color(srgb 1 0.5 0 / 0.4)', '#ff8000'],
  ['', '#808080'],
])('%s is %s', (computed, hex) => {
  expect(toHex(computed)).toBe(hex)
})
