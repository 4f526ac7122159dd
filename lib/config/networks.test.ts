import { describe, expect, it } from 'vitest'
import { networkRule, parseNetworks, toPlainAddress } from './networks.ts'

const allows = (cidrs: string[], ip: string) => networkRule(cidrs).allows(ip)

describe('networkRule', () => {
  it.each([
    [['10.4.0.0/16'], '10.4.255.255', true],
    [['10.4.0.0/16'], '10.5.0.0', false],
    [['10.4.0.7'], '10.4.0.7', true],
    [['10.4.0.7'], '10.4.0.8', false],
    [['fd00::/8'], 'fd12:3456::1', true],
    [['fd00::/8'], 'fc00::1', false],
    [['0.0.0.0/0'], '192.0.2.1', true],
    [['0.0.0.0/0'], '2001:db8::1', false],
    [['::/0'], '2001:db8::1', true],
    [['::/0'], '192.0.2.1', false],
    [[], '10.0.0.1', false],
  ])('%j for %s is %s', (cidrs, ip, expected) => {
    expect(allows(cidrs, ip)).toBe(expected)
  })

  it.each([
    ['0.0.0.0/0', '127.0.0.1'],
    ['0.0.0.0/0', '169.254.169.254'],
    ['0.0.0.0/0', '0.0.0.0'],
    ['0.0.0.0/0', '224.0.0.1'],
    ['0.0.0.0/0', '255.255.255.255'],
    ['100.64.0.0/10', '100.100.100.200'],
    ['::/0', '::1'],
    ['::/0', '::'],
    ['::/0', 'fe80::1'],
    ['::/0', 'ff02::1'],
    ['::/0', '64:ff9b::7f00:1'],
    ['::/0', '2002:7f00:1::1'],
    ['fd00::/8', 'fd00:ec2::254'],
  ])('%s does not open %s, its own entry does', (broad, ip) => {
    expect(allows([broad], ip)).toBe(false)
    expect(allows([broad, ip], ip)).toBe(true)
  })

  it('opens loopback where a loopback network is listed', () => {
    expect(allows(['127.0.0.0/8'], '127.0.3.4')).toBe(true)
    expect(allows(['127.0.3.0/24'], '127.0.3.4')).toBe(true)
    expect(allows(['127.0.3.0/24'], '127.0.4.4')).toBe(false)
    expect(allows(['fe80::/10'], 'fe80::1%eth0')).toBe(true)
  })

  it('sees through IPv4-mapped IPv6, however it is written', () => {
    for (const mapped of ['::ffff:10.4.0.1', '::ffff:a04:1', '0:0:0:0:0:FFFF:0a04:0001']) {
      expect(allows(['10.4.0.0/16'], mapped)).toBe(true)
      expect(allows(['::/0'], mapped)).toBe(false)
    }
    expect(allows(['10.0.0.0/8', '::/0'], '::ffff:127.0.0.1')).toBe(false)
    expect(parseNetworks('::ffff:10.4.0.0/112')).toEqual(['10.4.0.0/16'])
  })

  it.each(['localhost', '127.1', '0x7f.0.0.1', '2130706433', '', '10.0.0.1.evil', '010.0.0.1'])('refuses %j, which is no plain address', (text) => {
    expect(toPlainAddress(text)).toBeNull()
    expect(allows(['0.0.0.0/0', '127.0.0.0/8'], text)).toBe(false)
  })
})

describe('parseNetworks', () => {
  it('takes commas and white space', () => {
    expect(parseNetworks(' 10.4.0.0/16, fd00::/8\n192.0.2.7 ')).toEqual(['10.4.0.0/16', 'fd00::/8', '192.0.2.7/32'])
  })

  it.each(['10.4.0.0/33', '10.4.0/16', 'fd00::/129', '10.0.0.0/-1', '10.0.0.0/8/9', 'bmc.example', '10.0.0.0/', 'fe80::1%eth0/64'])(
    'names %s as the bad one',
    (text) => {
      expect(() => parseNetworks(`10.0.0.0/8,${text}`)).toThrow(`"${text}"`)
    },
  )
})
