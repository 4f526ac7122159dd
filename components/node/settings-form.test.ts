import { describe, expect, it } from 'vitest'
import { needsPassword, problemsOfBmc, problemsOfGeneral, toAttributes, toBmcPatch, toGeneralPatch, type BmcForm, type GeneralForm } from './settings-form.ts'

const general: GeneralForm = { name: 'n1', groups: 'compute, ib', tags: '', rack: 'A1', position: '12', attributes: 'project=lattice', protected: false }
const bmc: BmcForm = { address: 'n1-ipmi', protocol: 'auto', redfishPort: '443', ipmiPort: '623', username: 'ADMIN', password: '', tls: 'modern' }

describe('general', () => {
  it('sends only what was changed', () => {
    expect(toGeneralPatch(general, general)).toEqual({})
    expect(toGeneralPatch({ ...general, groups: 'compute,,gpu compute', rack: ' ', position: '' }, general)).toEqual({ groups: ['compute', 'gpu'], rack: null, position: null })
    expect(toGeneralPatch({ ...general, attributes: 'a = 1\n\nnote=x=y', protected: true }, general)).toEqual({ attributes: { a: '1', note: 'x=y' }, protected: true })
  })
  it('names what cannot be', () => {
    expect(problemsOfGeneral(general)).toEqual([])
    expect(problemsOfGeneral({ ...general, name: 'N_1', position: '1.5', attributes: 'nothing' })).toEqual(['name', 'position', 'attributes'])
  })
  it('takes no line that is not key=value', () => {
    expect(toAttributes('=x')).toBeNull()
    expect(toAttributes('')).toEqual({})
  })
})

describe('bmc', () => {
  it.each([
    ['address', 'n2-ipmi'],
    ['protocol', 'redfish'],
    ['redfishPort', '8443'],
    ['ipmiPort', '6230'],
    ['username', 'root'],
  ] as const)('wants the password again for another %s', (field, value) => {
    const form = { ...bmc, [field]: value }
    expect(needsPassword(form, bmc)).toBe(true)
    expect(problemsOfBmc(form, bmc)).toEqual(['password'])
    expect(problemsOfBmc({ ...form, password: 'x' }, bmc)).toEqual([])
  })
  it('sends only what was changed, and no port of a protocol that was left', () => {
    expect(toBmcPatch(bmc, bmc)).toEqual({})
    expect(toBmcPatch({ ...bmc, password: 'new' }, bmc)).toEqual({ password: 'new' })
    expect(toBmcPatch({ ...bmc, protocol: 'redfish', ipmiPort: '1', redfishPort: '8443', password: 'x' }, bmc)).toEqual({ protocol: 'redfish', ports: { redfish: 8443 }, password: 'x' })
  })
})
