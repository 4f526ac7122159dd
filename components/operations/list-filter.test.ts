import { describe, expect, it } from 'vitest'
import { operationQuery } from '#lib/api/contract.ts'
import { isNarrowed, toListFilter } from './list-filter.ts'

const before = '2026-11-23T10:00:00.000Z_0b3c1f6e-1111-4222-8333-444455556666'
const read = (query: string) => toListFilter(new URLSearchParams(query))

describe('the filter in the address of the operations', () => {
  it('is read back as what the interface takes', () => {
    const filter = read(`kind=power&state=failed&by=ada&node=N7&before=${before}`)
    expect(filter).toEqual({ kind: 'power', state: 'failed', by: 'ada', node: 'n7', before })
    expect(operationQuery.safeParse(filter).success).toBe(true)
  })

  it.each(['kind=nothing', 'state=done', 'by=', `by=${'x'.repeat(101)}`, 'node=n[1-3]', 'node=../x', 'before=1', 'other=x'])('leaves out %s', (query) => {
    expect(read(query)).toEqual({})
  })

  it('knows whether it narrows', () => {
    expect(isNarrowed(read(`before=${before}`))).toBe(false)
    expect(isNarrowed(read('by=ada'))).toBe(true)
  })
})
