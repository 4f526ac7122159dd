import { expect, it } from 'vitest'
import type { Endpoint } from '#lib/domain/bmc.ts'
import { mayHaveCertificate } from './certificate.ts'

const redfish = (state: Endpoint['state']): Endpoint => ({ protocol: 'redfish', port: 443, state, failure: null, facts: {} })

it.each([
  ['auto', [], true],
  ['auto', [redfish('ok')], true],
  ['auto', [redfish('failed')], true],
  ['auto', [redfish('absent')], false],
  ['redfish', [], true],
  ['ipmi', [], false],
] as const)('a BMC asked by %s that told of %j', (protocol, endpoints, may) => {
  const bmc = { address: '10.0.0.1', protocol, state: 'ok' as const, via: null, failure: null, latencyMs: null, endpoints: [...endpoints] }
  expect(mayHaveCertificate({ bmc })).toBe(may)
})
