import { describe, expect, it } from 'vitest'
import { ApiError } from '#lib/api/fetcher.ts'
import { fieldOfError, isPort, missingIn, toBmcRequest, type AddForm } from './add-form.ts'

const form: AddForm = { name: 'n1', address: ' n1-ipmi ', protocol: 'auto', redfishPort: '', ipmiPort: '', username: 'ADMIN', password: 'x' }

it('sends only the ports that were typed, and only those of the protocol', () => {
  expect(toBmcRequest(form)).toEqual({ address: 'n1-ipmi', protocol: 'auto', username: 'ADMIN', password: 'x' })
  expect(toBmcRequest({ ...form, redfishPort: '8443' }).ports).toEqual({ redfish: 8443 })
  expect(toBmcRequest({ ...form, protocol: 'ipmi', redfishPort: '8443', ipmiPort: '6230' }).ports).toEqual({ ipmi: 6230 })
})

it('names what is missing', () => {
  expect(missingIn(form)).toEqual([])
  expect(missingIn({ ...form, name: 'N 1', address: ' ', username: '', password: '', ipmiPort: '70000' })).toEqual([
    'name',
    'address',
    'username',
    'password',
    'ipmiPort',
  ])
})

it.each([
  ['1', true],
  ['65535', true],
  ['0', false],
  ['65536', false],
  ['443x', false],
  ['', false],
])('%j as a port: %s', (text, expected) => {
  expect(isPort(text)).toBe(expected)
})

describe('fieldOfError', () => {
  it('finds the box that an answer is about', () => {
    expect(fieldOfError(new ApiError('invalid', 400, 'x', { field: 'bmc.ports.redfish' }))).toBe('redfishPort')
    expect(fieldOfError(new ApiError('name-taken', 409, 'x', { field: 'name' }))).toBe('name')
    expect(fieldOfError(new ApiError('outside-networks', 422, 'x', { field: 'address' }))).toBe('address')
  })
  it('leaves the rest to the foot of the form', () => {
    expect(fieldOfError(new ApiError('forbidden', 403, 'x'))).toBeNull()
    expect(fieldOfError(new Error('x'))).toBeNull()
  })
})
