import { describe, expect, it } from 'vitest'
import { hiddenValue } from '#lib/domain/raw.ts'
import { toActions, toAllowedByInfo, toBody, toEtag, withParameter } from './changes.ts'

const target = '/redfish/v1/Systems/1/Actions/ComputerSystem.Reset'

describe('the actions of a resource', () => {
  it('are told with what their parameters may be, the vendor’s own too', () => {
    const Oem = { '#Dell.Collect': { target: '/redfish/v1/x' }, '#Away': { target: 'https://10.0.0.1/redfish/v1/y' }, Dell: 'no action' }
    const Actions = { '#ComputerSystem.Reset': { target, 'ResetType@Redfish.AllowableValues': ['On', 7, 'ForceOff'] }, Oem }
    expect(toActions({ Actions })).toEqual([
      { name: 'ComputerSystem.Reset', target, allowed: { ResetType: ['On', 'ForceOff'] }, info: null },
      { name: 'Dell.Collect', target: '/redfish/v1/x', allowed: {}, info: null },
    ])
  })

  it('may tell their parameters elsewhere, or nothing at all', () => {
    const info = '/redfish/v1/Systems/1/ResetActionInfo'
    expect(toActions({ Actions: { '#ComputerSystem.Reset': { target, '@Redfish.ActionInfo': info } } })[0]).toMatchObject({ info, allowed: {} })
    expect(toAllowedByInfo({ Parameters: [{ Name: 'ResetType', AllowableValues: ['On'] }, { Name: 'Delay' }, 'nonsense'] })).toEqual({ ResetType: ['On'], Delay: [] })
    for (const body of [null, 'x', [], { Actions: [] }, { Actions: { '#x': null } }]) expect([toActions(body), toAllowedByInfo(body)]).toEqual([[], {}])
  })
})

describe('a typed body', () => {
  it('is a JSON object, or says why not', () => {
    expect(toBody('')).toEqual({ body: {}, problem: null })
    expect(toBody('{"a": 1}').body).toEqual({ a: 1 })
    expect(toBody('{"a": ').problem).toBe('not-json')
    expect(toBody('[1]').problem).toBe('no-object')
    expect(toBody(JSON.stringify({ Password: hiddenValue })).problem).toBe('hidden')
  })

  it('takes a parameter and keeps the others', () => {
    expect(JSON.parse(withParameter('{"Delay": 3, "ResetType": "On"}', 'ResetType', 'ForceOff'))).toEqual({ Delay: 3, ResetType: 'ForceOff' })
    expect(JSON.parse(withParameter('{', 'ResetType', 'On'))).toEqual({ ResetType: 'On' })
  })
})

it('a tag is the header’s, else the body’s', () => {
  expect(toEtag('"1"', { '@odata.etag': 'W/"2"' })).toBe('"1"')
  expect(toEtag(null, { '@odata.etag': 'W/"2"' })).toBe('W/"2"')
  expect(toEtag(null, { '@odata.etag': 'has a blank' })).toBeNull()
  expect(toEtag(null, null)).toBeNull()
})
