import { describe, expect, it } from 'vitest'
import { emptyIn, previewRange, toRangeRequest, type RangeForm } from './range-form.ts'

const form: RangeForm = { names: ' n[1-2] ', address: '{name}-ipmi', protocol: 'auto', redfishPort: '', ipmiPort: '', username: 'u', password: ' p ', groups: '', tags: '', rack: '', position: '' }

describe('the form for a range', () => {
  it('sends what was typed, and of a password every space', () => {
    expect(toRangeRequest(form)).toEqual({ names: 'n[1-2]', address: '{name}-ipmi', protocol: 'auto', username: 'u', password: ' p ', rack: undefined, position: undefined })
    expect(toRangeRequest({ ...form, groups: 'a, b;a', rack: 'r{1}', protocol: 'redfish', redfishPort: '8443', ipmiPort: '6230' })).toMatchObject({
      groups: ['a', 'b'],
      rack: 'r{1}',
      ports: { redfish: 8443 },
    })
  })
  it('knows what is still empty', () => {
    expect(emptyIn({ ...form, address: ' ', password: '' })).toEqual(['address', 'password'])
  })
})

describe('the preview', () => {
  it.each([
    [{ names: 'n[1-2]', address: '{name}-ipmi' }, { count: 2, samples: [{ name: 'n1', address: 'n1-ipmi' }, { name: 'n2', address: 'n2-ipmi' }] }],
    [{ names: 'n[1-40]', address: '10.0.4.[1-40]' }, { count: 40, samples: [{ name: 'n1', address: '10.0.4.1' }, { name: 'n2', address: '10.0.4.2' }, { name: 'n40', address: '10.0.4.40' }] }],
    [{ names: 'root', address: '10.0.4.{1}' }, { count: 1, samples: [{ name: 'root', address: '?' }] }],
    [{ names: 'n[1-', address: '' }, null],
    [{ names: 'n[1-3]', address: '10.0.4.[1-2]' }, null],
  ])('%j', (typed, preview) => {
    expect(previewRange(typed)).toEqual(preview)
  })
})
