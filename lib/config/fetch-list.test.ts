import { describe, expect, it } from 'vitest'
import { fetchList, parseFetchList } from './fetch-list.ts'

/** checklist 30: what may be fetched from, and where a name may lead. */

const allowsUrl = (entries: string[], url: string) => fetchList(entries).allowsUrl(new URL(url))
const allowsAddress = (entries: string[], ip: string) => fetchList(entries).allowsAddress(ip)

describe('fetchList', () => {
  it.each([
    [['mirror.example.org'], 'https://mirror.example.org/a.iso', true],
    [['mirror.example.org'], 'http://MIRROR.example.org./a.iso', true],
    [['mirror.example.org'], 'https://mirror.example.org:8443/a.iso', false],
    [['mirror.example.org:8443'], 'https://mirror.example.org:8443/a.iso', true],
    [['mirror.example.org:443'], 'https://mirror.example.org/a.iso', true],
    [['mirror.example.org:443'], 'http://mirror.example.org/a.iso', false],
    [['mirror.example.org'], 'https://mirror.example.org.evil.com/a.iso', false],
    [['mirror.example.org'], 'https://evil.com/?mirror.example.org', false],
    [['*.example.org'], 'https://a.b.example.org/a.iso', true],
    [['*.example.org'], 'https://example.org/a.iso', false],
    [['*.example.org'], 'https://evilexample.org/a.iso', false],
    [['mirror.example.org'], 'ftp://mirror.example.org/a.iso', false],
    [['mirror.example.org'], 'file:///etc/passwd', false],
    [['10.4.0.9:8080'], 'http://10.4.0.9:8080/a.iso', true],
    [['10.4.0.9'], 'http://0x0a040009/a.iso', true],
    [['10.4.0.0/16'], 'http://10.4.7.7/a.iso', true],
    [['10.4.0.0/16'], 'http://10.5.0.1/a.iso', false],
    [['10.4.0.0/16'], 'http://10.4.7.7:22/a.iso', false],
    [['0.0.0.0/0'], 'http://127.0.0.1/', false],
    [['0.0.0.0/0'], 'http://2130706433/', false],
    [['0.0.0.0/0'], 'http://0177.0.0.1/', false],
    [['0.0.0.0/0', '::/0'], 'http://[::ffff:127.0.0.1]/', false],
    [['0.0.0.0/0', '::/0'], 'http://[::1]/', false],
    [['0.0.0.0/0'], 'http://169.254.169.254/latest/meta-data', false],
    [['0.0.0.0/0'], 'http://localhost./', false],
    [[], 'https://mirror.example.org/', false],
  ])('%j for %s is %s', (entries, url, expected) => {
    expect(allowsUrl(entries, url)).toBe(expected)
  })

  it.each(['127.0.0.1', '::1', '0.0.0.0', '169.254.169.254', '10.1.2.3', '172.16.0.1', '192.168.1.1', '100.64.0.1', 'fd00::1', 'fe80::1', '::ffff:10.1.2.3', '::ffff:127.0.0.1', '64:ff9b::a01:203', '224.0.0.1', '255.255.255.255'])(
    'lets no listed name lead to %s, but where that is listed itself',
    (ip) => {
      expect(allowsAddress(['mirror.example.org'], ip)).toBe(false)
      expect(allowsAddress(['mirror.example.org', ip.includes(':') ? `[${ip}]` : ip], ip)).toBe(true)
    },
  )

  it('lets a name lead to what is public', () => {
    for (const ip of ['192.0.2.1', '151.101.1.1', '2606:4700::1']) expect(allowsAddress(['mirror.example.org'], ip)).toBe(true)
    expect(allowsAddress(['mirror.example.org', '10.4.0.0/16'], '10.4.0.9')).toBe(true)
    expect(allowsAddress(['mirror.example.org', '10.4.0.0/16'], '10.5.0.9')).toBe(false)
  })
})

describe('parseFetchList', () => {
  it('writes entries plainly, each once', () => {
    expect(parseFetchList([' Mirror.Example.org', 'mirror.example.org', '10.4.1.1/16', '[FD00::0]:8080', '*.example.org:80'])).toEqual([
      'mirror.example.org',
      '10.4.1.1/16',
      '[fd00::]:8080',
      '*.example.org:80',
    ])
  })

  it.each(['', 'http://mirror.example.org', 'mirror..org', 'a b', '*', '*.', '*.*.org', '127.1', '2130706433', 'mirror.example.org:0', 'mirror.example.org:70000', 'x'.repeat(64), '-a.org', '10.4.0.0/33', 'a.org\r\nHost: b'])(
    'refuses %j',
    (text) => {
      expect(() => parseFetchList([text])).toThrow(RangeError)
    },
  )
})
