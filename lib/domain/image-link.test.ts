import { describe, expect, it } from 'vitest'
import { isLinkToken, toImageUrl, toServedName, toTouchedPercent, type LinkBase } from './image-link.ts'

const token = 'abcdefghijklmnopqrstuv2345'
const base: LinkBase = { protocol: 'http', address: '10.4.0.2', port: 8081 }

describe('the URL of an image', () => {
  it.each<[LinkBase, string]>([
    [base, `http://10.4.0.2:8081/i/${token}/debian.iso`],
    [{ ...base, port: 80 }, `http://10.4.0.2/i/${token}/debian.iso`],
    [{ protocol: 'https', address: '10.4.0.2', port: 443 }, `https://10.4.0.2/i/${token}/debian.iso`],
    [{ protocol: 'nfs', address: '10.4.0.2', port: 2049 }, `nfs://10.4.0.2/i/${token}/debian.iso`],
  ])('of %j is %s', (door, url) => {
    expect(toImageUrl(door, token, 'debian.iso')).toBe(url)
  })

  it.each([
    ['a name to resolve', { ...base, address: 'depot.example' }, token, 'a.iso'],
    ['IPv6', { ...base, address: '::1' }, token, 'a.iso'],
    ['an octet too large', { ...base, address: '10.4.0.256' }, token, 'a.iso'],
    ['an address in octal', { ...base, address: '010.4.0.2' }, token, 'a.iso'],
    ['a line break', { ...base, address: '10.4.0.2\r\nX: y' }, token, 'a.iso'],
    ['port 0', { ...base, port: 0 }, token, 'a.iso'],
    ['a token of another kind', base, '../../etc', 'a.iso'],
    ['a token in capitals', base, token.toUpperCase(), 'a.iso'],
    ['a name with a second dot', base, token, 'a.b.iso'],
    ['a name with a query', base, token, 'a?.iso'],
    ['a name that is no image', base, token, 'passwd'],
    ['a name with NUL', base, token, 'a\0.iso'],
  ])('has no %s', (_what, door, secret, name) => {
    expect(() => toImageUrl(door, secret, name)).toThrow(RangeError)
  })
})

it.each([
  ['debian-12.8.0-amd64-netinst.iso', 'debian-12-8-0-amd64-netinst.iso'],
  ['Rocky_9.ISO', 'Rocky_9.iso'],
  ['My image (v2).iso', 'My-image-v2.iso'],
  ['..iso', 'image.iso'],
  ['-rf.iso', 'rf.iso'],
  [`${'x'.repeat(80)}.iso`, `${'x'.repeat(60)}.iso`],
])('%s is served as %s', (name, served) => {
  expect(toServedName(name)).toBe(served)
  expect(toImageUrl(base, token, served)).toContain(served)
})

it('knows a token', () => {
  expect([token, `${token}a`, token.slice(1), 'abcdefghijklmnopqrstuv1345', ''].map(isLinkToken)).toEqual([true, false, false, false, false])
})

it('counts touched blocks', () => {
  expect(toTouchedPercent(new Uint8Array(32))).toBe(0)
  expect(toTouchedPercent(new Uint8Array(32).fill(0xff))).toBe(100)
  expect(toTouchedPercent(Uint8Array.of(0x81, ...new Uint8Array(31)))).toBe((2 * 100) / 256)
})
