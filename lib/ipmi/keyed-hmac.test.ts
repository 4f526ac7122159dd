import { createHmac, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { KeyedHmac } from './keyed-hmac.ts'

test.each(['sha1', 'md5', 'sha256'] as const)('%s: each code is what OpenSSL makes of it, with keys that take turns and messages of any length', (hash) => {
  const keys = [0, 16, 20, 64, 100].map((length) => randomBytes(length))
  const keyed = keys.map((key) => new KeyedHmac(hash, key))
  for (let length = 0; length < 200; length++) {
    const message = randomBytes(length)
    const codes = keyed.map((one) => one.digest(message).toString('hex'))
    expect(codes).toEqual(keys.map((key) => createHmac(hash, key).update(message).digest('hex')))
  }
})

test('a code stays what it was when others are made', () => {
  const keyed = new KeyedHmac('sha1', Buffer.from('Jefe'))
  const code = keyed.digest(Buffer.from('what do ya want for nothing?'))
  keyed.digest(Buffer.from('something else'))
  // RFC 2202, test case 2.
  expect(code.toString('hex')).toBe('effcdf6ae5eb2fa2d27416d5f184df9c259a7c79')
})
