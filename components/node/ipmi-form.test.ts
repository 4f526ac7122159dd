import { describe, expect, it } from 'vitest'
import { toKg } from '#lib/domain/ipmi.ts'
import { asksInsecure, problemsOfIpmi, toIpmiPatch, toSuites, type IpmiForm } from './ipmi-form.ts'

const usual: IpmiForm = { suites: '', insecure: false, privilege: 'administrator', workarounds: [], kg: '' }

describe('how IPMI is spoken, as a form', () => {
  it.each([
    ['', null],
    [' 17, 3 ', [17, 3]],
    ['8 12 8', [8, 12]],
    ['17, 4', undefined],
    ['17.0', undefined],
    ['all', undefined],
  ])('reads the suites %j as %j', (text, suites) => expect(toSuites(text)).toEqual(suites))

  it('sends only what was changed', () => {
    expect(toIpmiPatch(usual, usual)).toEqual({})
    expect(toIpmiPatch({ ...usual, suites: '8', kg: 'abc' }, usual)).toEqual({ ipmi: { suites: [8] }, kg: 'abc' })
    expect(toIpmiPatch(usual, { ...usual, suites: '8', workarounds: ['sun20'] })).toEqual({ ipmi: { suites: null, workarounds: [] } })
    expect(toIpmiPatch({ ...usual, workarounds: ['sun20', 'solport'] }, { ...usual, workarounds: ['solport', 'sun20'] })).toEqual({})
  })

  it('asks for a word of its own where a suite does not encrypt', () => {
    expect(problemsOfIpmi({ ...usual, suites: '17, 0' })).toEqual(['insecure'])
    expect(problemsOfIpmi({ ...usual, suites: '17, 0', insecure: true })).toEqual([])
    expect(asksInsecure({ ...usual, suites: '17, 3, 8, 12' })).toBe(false)
    expect(asksInsecure({ ...usual, suites: '16' })).toBe(true)
  })

  it.each(['abc', '0123456789abcdefghij', '0123456789abcdefghijk', `0x${'00'.repeat(20)}`, `0x${'ab'.repeat(20)}`, `0x${'ab'.repeat(21)}`, '0xabc', '0xA', 'é'.repeat(10), 'é'.repeat(11)])(
    'takes %s for a key where the API does',
    (kg) => expect(problemsOfIpmi({ ...usual, kg })).toEqual(toKg(kg) === null ? ['kg'] : []),
  )
})
