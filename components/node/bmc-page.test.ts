import { expect, it } from 'vitest'
import { toBmcPage } from './bmc-page.ts'

const redfish = (port: number) => [{ protocol: 'redfish' as const, port, state: 'ok' as const, failure: null, facts: {} }]

it.each([
  ['n1-ipmi', redfish(443), 'https://n1-ipmi/'],
  ['10.4.0.7', redfish(8443), 'https://10.4.0.7:8443/'],
  ['fd00::7', [], 'https://[fd00::7]/'],
  ['evil/@x', [], null],
  ['javascript:alert(1)', [], null],
])('%s', (address, endpoints, page) => {
  expect(toBmcPage({ address, endpoints })).toBe(page)
})
