import { expect, it } from 'vitest'
import type { BiosAttribute } from '#lib/domain/bios.ts'
import { toBiosQuery, toBiosRows, toBiosView } from './rows.ts'

const attributes: BiosAttribute[] = [
  { name: 'SETUP010', displayName: 'SR-IOV Support', value: 'Enabled' },
  { name: 'BootMode', displayName: 'Boot Mode', value: 'Uefi', pending: 'Bios' },
  { name: 'SETUP002', value: null },
  { name: 'Cores', value: 32, pending: 0 },
]
const names = (text: string, onlyPending = false) => toBiosRows(attributes, { text, onlyPending }).map(({ name }) => name)

it('by what they are called', () => {
  expect(names('')).toEqual(['BootMode', 'Cores', 'SETUP002', 'SETUP010'])
})

it('finds every word in names and values, what waits among them', () => {
  expect([names('sr-iov en'), names('bios'), names('setup'), names('32 x')]).toEqual([['SETUP010'], ['BootMode'], ['SETUP002', 'SETUP010'], []])
  expect(names('', true)).toEqual(['BootMode', 'Cores'])
})

it('keeps its view in the address', () => {
  const view = { text: 'boot mode', onlyPending: true }
  expect(toBiosView(new URLSearchParams(toBiosQuery(view)))).toEqual(view)
})
