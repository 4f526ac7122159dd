import { expect, it } from 'vitest'
import { toFact } from './fact.ts'

it.each(['To be filled by O.E.M.', 'N/A', '....................', '0000', '0123456789', '01234567', '01234567890123456789AB', 'Free form asset tag', 'nil', 'Not Specified'])('%s is no fact', (value) => {
  expect(toFact(value)).toBeUndefined()
})

it.each(['012345678X', '000000000001', '1.0', '0A12'])('%s is one', (value) => {
  expect(toFact(value)).toBe(value)
})
