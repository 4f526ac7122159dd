import { describe, expect, it } from 'vitest'
import { isOurHost, readForwarded, writeForwarded } from './forwarded.ts'

const plain = { address: '10.1.2.3', tls: false }

describe('readForwarded', () => {
  it('believes the socket and not the headers of just anybody', () => {
    const headers = { host: 'Baseboard:3000', 'x-forwarded-for': '1.1.1.1', 'x-forwarded-host': 'evil', 'x-forwarded-proto': 'https' }
    expect(readForwarded(headers, plain, [])).toEqual({ ip: '10.1.2.3', host: 'baseboard:3000', proto: 'http', trusted: false })
    expect(readForwarded(headers, { address: '::ffff:10.1.2.3', tls: true }, ['10.9.0.0/16'])).toMatchObject({ ip: '10.1.2.3', proto: 'https' })
  })

  it('takes the address that stands before our own proxies, from the right', () => {
    const headers = { host: 'internal', 'x-forwarded-for': '6.6.6.6, 198.51.100.4, 10.1.2.9', 'x-forwarded-host': 'bb.example', 'x-forwarded-proto': 'https' }
    expect(readForwarded(headers, plain, ['10.1.2.0/24'])).toEqual({ ip: '198.51.100.4', host: 'bb.example', proto: 'https', trusted: true })
    expect(readForwarded({ host: 'x', 'x-forwarded-for': 'nonsense' }, plain, ['10.1.2.3'])).toMatchObject({ ip: '10.1.2.3' })
  })
})

describe('writeForwarded', () => {
  it('takes off what would mean something to Next', () => {
    const headers = {
      host: 'a',
      'x-middleware-subrequest': 'x',
      'x-matched-path': '/',
      'x-nextjs-data': '1',
      'next-action': 'x',
      'x-nonce': 'chosen',
      'x-baseboard-path': '/',
      'x-request-id': 'mine',
      forwarded: 'for=1.1.1.1',
      'content-security-policy': 'x',
      rsc: '1',
    }
    writeForwarded(headers, { ip: '192.0.2.1', host: 'bb:3000', proto: 'http', trusted: false })
    expect(headers).toEqual({ host: 'bb:3000', rsc: '1', 'x-forwarded-for': '192.0.2.1', 'x-forwarded-host': 'bb:3000', 'x-forwarded-proto': 'http' })
  })
})

describe('isOurHost', () => {
  it.each([
    ['127.0.0.1:3000', 'http', true],
    ['localhost', 'http', true],
    ['[::1]:3000', 'http', true],
    ['10.0.0.5:8443', 'http', true],
    ['rebound.evil.example:3000', 'http', false],
    ['localhost.evil.example', 'http', false],
    ['bb.example', 'https', true],
    ['', 'https', false],
    ['a b', 'https', false],
    ['user@host', 'https', false],
    ['host:3000:1', 'https', false],
    ['[::1', 'https', false],
  ] as const)('%s over %s is %s', (host, proto, ours) => {
    expect(isOurHost({ ip: '127.0.0.1', host, proto, trusted: false })).toBe(ours)
  })
})
