import { describe, expect, it } from 'vitest'
import { toFilter } from './filter.ts'

describe('the filter in the address', () => {
  it('takes what it knows, trimmed, and times as instants', () => {
    const search = new URLSearchParams('actor=ada&node= n3 &action=power&from=2026-11-23T10:00%2B08:00&page=7')
    expect(toFilter(search)).toEqual({ actor: 'ada', node: 'n3', action: 'power', from: '2026-11-23T02:00:00.000Z' })
  })

  it('leaves out what is empty or no time', () => {
    expect(toFilter(new URLSearchParams('actor=&to=yesterday'))).toEqual({})
  })
})
