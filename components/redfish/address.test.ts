import { describe, expect, it } from 'vitest'
import { isLocal, toAddress, toAsked, toCrumbs, toHref } from './address.ts'

describe('an address', () => {
  it('asks without its fragment, and says which place it names', () => {
    expect(toAsked('/redfish/v1/Chassis/1/Thermal#/Fans/0')).toEqual({ path: '/redfish/v1/Chassis/1/Thermal', pointer: '/Fans/0' })
    expect(toAsked('/redfish/v1/Systems/Blade 1')).toEqual({ path: '/redfish/v1/Systems/Blade%201', pointer: null })
    expect(toAsked('/redfish/v1/服')).toEqual({ path: '/redfish/v1/%E6%9C%8D', pointer: null })
  })

  it('is a path of steps, of which the last keeps its query', () => {
    expect(toCrumbs('/redfish/v1/Managers/1/Entries?$skip=50')).toEqual([
      { name: 'redfish', address: '/redfish/' },
      { name: 'v1', address: '/redfish/v1/' },
      { name: 'Managers', address: '/redfish/v1/Managers' },
      { name: '1', address: '/redfish/v1/Managers/1' },
      { name: 'Entries?$skip=50', address: '/redfish/v1/Managers/1/Entries?$skip=50' },
    ])
    expect(toCrumbs('/redfish/v1/').at(-1)).toEqual({ name: 'v1', address: '/redfish/v1/' })
  })

  it.each([
    ['', '/redfish/v1/'],
    ['/redfish', '/redfish/'],
    ['https://10.0.0.1:443/redfish/v1/Systems', '/redfish/v1/Systems'],
    ['Systems/1', '/redfish/v1/Systems/1'],
    ['/v1/Chassis', '/redfish/v1/Chassis'],
    [' /redfish/v1/Chassis ', '/redfish/v1/Chassis'],
  ])('typed as «%s» is %s', (typed, address) => expect(toAddress(typed)).toBe(address))

  it('stands in the page’s own address', () => {
    expect(toHref('/nodes/n1/redfish', '/redfish/v1/')).toBe('/nodes/n1/redfish')
    expect(toHref('/nodes/n1/redfish', '/redfish/v1/Entries?$skip=50')).toBe('/nodes/n1/redfish?path=%2Fredfish%2Fv1%2FEntries%3F%24skip%3D50')
  })

  it('is of the same service, or no link', () => {
    expect(isLocal('/redfish/v1/Systems')).toBe(true)
    expect(isLocal('/restapi/v1')).toBe(false)
    expect(isLocal('https://10.0.0.1/redfish/v1')).toBe(false)
  })
})
