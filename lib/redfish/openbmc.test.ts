import { expect, test } from 'vitest'
import { isOpenBmcManager } from './openbmc.ts'

test.each([
  [{ Model: 'OpenBmc', Name: 'OpenBmc Manager' }, true],
  [{ Model: 'AST2600', Oem: { OpenBMC: {} } }, true],
  [{ Model: 'iDRAC', Name: 'Manager', Oem: { Dell: {} } }, false],
  [{ Name: 17, Oem: 'x' }, false],
  ['OpenBmc', false],
])('%j: %s', (body, expected) => {
  expect(isOpenBmcManager(body)).toBe(expected)
})
