import { describe, expect, it } from 'vitest'
import { scopes } from '#lib/domain/scope-rules.ts'
import { isTokenName, scopesOf, toDays } from './token-form.ts'

describe('a new token', () => {
  it('offers the scopes that its role can use', () => {
    expect(scopesOf('viewer')).toEqual(['audit'])
    expect(scopesOf('operator')).toEqual(['audit', 'power', 'console', 'redfish', 'bmc', 'alerts'])
    expect(scopesOf('admin')).toEqual([...scopes])
  })

  it('is named as the contract wants it', () => {
    expect(['ci', 'a.b_c-d', 'x'.repeat(30)].every((name) => isTokenName(name, true))).toBe(true)
    expect(['', 'a b', 'ada@laptop', 'x'.repeat(31), 'ü'].some((name) => isTokenName(name, true))).toBe(false)
    expect(isTokenName('ada@laptop', false)).toBe(true)
  })

  it('ends in days, or never', () => {
    expect([toDays('month'), toDays('year'), toDays('never')]).toEqual([30, 365, null])
  })
})
