import { expect, it } from 'vitest'
import { evidenceSentences, readEvidence, toEvidenceText, type EvidenceKey } from './evidence.ts'

it.each(Object.keys(evidenceSentences) as EvidenceKey[])('reads what it writes: %s', (key) => {
  const names = [...evidenceSentences[key].matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)
  const values = Object.fromEntries(names.map((name) => [name, `a.b (${name})`]))
  expect(readEvidence(toEvidenceText(key, values))).toEqual({ key, values })
})

it('takes a BMC at its word where it says something else', () => {
  expect(readEvidence('SEL: System Restart')).toBeNull()
  expect(readEvidence('they read back on')).toBeNull()
  expect(readEvidence('read back: Pxe, once, UEFI')).toEqual({ key: 'readBack', values: { value: 'Pxe, once, UEFI' } })
})
