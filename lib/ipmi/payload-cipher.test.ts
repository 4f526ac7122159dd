import { createCipheriv, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { aesBlock, PayloadCipher } from './payload-cipher.ts'

const key = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex')

test('NIST SP 800-38A, F.2.1: the first block of its CBC-AES128 example', () => {
  const cipher = new PayloadCipher(Buffer.from('2b7e151628aed2a6abf7158809cf4f3c', 'hex'))
  const plain = () => Buffer.from('6bc1bee22e409f96e93d7e117393172a', 'hex')
  const sealed = '7649abac8119b246cee98e9b12e9197d'
  // Whatever came before.
  for (let i = 0; i < 3; i++) expect(cipher.encrypt(key, plain()).toString('hex')).toBe(sealed)
  for (let i = 0; i < 3; i++) expect(cipher.decrypt(key, Buffer.from(sealed, 'hex'))).toEqual(plain())
})

test('each packet is what a context of its own makes of it, in any order and of any length', () => {
  const [ours, theirs] = [new PayloadCipher(key), new PayloadCipher(key)]
  const packets = Array.from({ length: 50 }, (_, i) => {
    const [iv, plain] = [randomBytes(aesBlock), randomBytes(aesBlock * (1 + (i % 5)))]
    const sealed = ours.encrypt(iv, Buffer.from(plain))
    const alone = createCipheriv('aes-128-cbc', key, iv).setAutoPadding(false)
    expect(sealed).toEqual(Buffer.concat([alone.update(plain), alone.final()]))
    return { iv, plain, sealed }
  })
  for (const { iv, plain, sealed } of packets.toReversed()) expect(theirs.decrypt(iv, sealed)).toEqual(plain)
})
