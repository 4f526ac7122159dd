import { expect, it } from 'vitest'
import { evidenceSentences } from '#lib/domain/evidence.ts'
import en from '../../messages/en.json' with { type: 'json' }

it('the English of the catalogue is the English of the record', () => {
  expect(en.operations.evidence).toMatchObject(evidenceSentences)
})
