import { expect, it } from 'vitest'
import { toWhole } from './limits.ts'

it.each([
  ['500', 500],
  [' 1 ', 1],
  ['10000', 10_000],
  ['0', null],
  ['10001', null],
  ['1.5', null],
  ['-3', null],
  ['1e3', null],
  ['', null],
])('reads "%s" as %s', (text, value) => {
  expect(toWhole(text, 1, 10_000)).toBe(value)
})
