import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto'
import { IpmiError, requireLength } from './errors.ts'
import { randomBytes } from './random.ts'

/** One row of the suite table (IPMI 2.0 §22.15.2, table 22-20) with the sizes that follow from its algorithms. */
export type CipherSuite = {
  readonly id: CipherSuiteId
  /** Algorithm numbers as they stand in Open Session (IPMI 2.0 tables 13-17 to 13-19). */
  readonly authentication: number
  readonly integrity: number
  readonly confidentiality: number
  readonly hash: 'sha1' | 'sha256'
  /** Length of the RAKP 2 and RAKP 3 codes: the whole HMAC. */
  readonly keyExchangeCodeLength: number
  /** Length of the RAKP 4 code and of each packet's authentication code: the truncated HMAC. */
  readonly integrityCodeLength: number
}

/** The suites we speak; every other one lacks encryption, or rests on MD5 or RC4. */
export type CipherSuiteId = 17 | 3

export const cipherSuites: Readonly<Record<CipherSuiteId, CipherSuite>> = {
  /** RAKP-HMAC-SHA256, HMAC-SHA256-128, AES-CBC-128. */
  17: { id: 17, authentication: 3, integrity: 4, confidentiality: 1, hash: 'sha256', keyExchangeCodeLength: 32, integrityCodeLength: 16 },
  /** RAKP-HMAC-SHA1, HMAC-SHA1-96, AES-CBC-128. */
  3: { id: 3, authentication: 1, integrity: 1, confidentiality: 1, hash: 'sha1', keyExchangeCodeLength: 20, integrityCodeLength: 12 },
}

/** The suite with exactly these three algorithms, or undefined. */
export function findCipherSuite(algorithms: Pick<CipherSuite, 'authentication' | 'integrity' | 'confidentiality'>): CipherSuite | undefined {
  return Object.values(cipherSuites).find(
    (suite) =>
      suite.authentication === algorithms.authentication &&
      suite.integrity === algorithms.integrity &&
      suite.confidentiality === algorithms.confidentiality,
  )
}

/** What protects the packets of one session: K1 signs, the first 16 bytes of K2 encrypt (IPMI 2.0 §13.32). */
export type SessionKeys = {
  readonly suite: CipherSuite
  readonly k1: Buffer
  readonly aesKey: Buffer
}

const aesBlock = 16

export function hmac(suite: CipherSuite, key: Buffer, ...parts: readonly Uint8Array[]): Buffer {
  const mac = createHmac(suite.hash, key)
  for (const part of parts) mac.update(part)
  return mac.digest()
}

/** K1 and K2 from the session integrity key: the HMAC of twenty bytes 01h and 02h, whatever the hash (IPMI 2.0 §13.32). */
export function deriveSessionKeys(suite: CipherSuite, sik: Buffer): SessionKeys {
  const k1 = hmac(suite, sik, Buffer.alloc(20, 0x01))
  const k2 = hmac(suite, sik, Buffer.alloc(20, 0x02))
  return { suite, k1, aesKey: k2.subarray(0, 16) }
}

/** The authentication code of a packet, over everything from the authentication type to the next header (IPMI 2.0 §13.28.4). */
export function integrityCode(keys: SessionKeys, covered: Uint8Array): Buffer {
  return hmac(keys.suite, keys.k1, covered).subarray(0, keys.suite.integrityCodeLength)
}

/** Compares two codes in constant time; a wrong length is a wrong code. */
export function isSameCode(expected: Uint8Array, received: Uint8Array): boolean {
  return expected.length === received.length && timingSafeEqual(expected, received)
}

/** AES-CBC-128 as in IPMI 2.0 §13.29: IV, then the payload with the pad 01h 02h … and the pad's length, encrypted. */
export function encryptPayload(keys: SessionKeys, payload: Uint8Array): Buffer {
  const padLength = (aesBlock - ((payload.length + 1) % aesBlock)) % aesBlock
  const plain = Buffer.alloc(payload.length + padLength + 1)
  plain.set(payload)
  for (let i = 0; i < padLength; i++) plain[payload.length + i] = i + 1
  plain[plain.length - 1] = padLength
  const iv = randomBytes(aesBlock)
  const cipher = createCipheriv('aes-128-cbc', keys.aesKey, iv).setAutoPadding(false)
  return Buffer.concat([iv, cipher.update(plain), cipher.final()])
}

/** The inverse; call it only for a packet whose integrity code is right. Throws `malformed` for impossible lengths and pads. */
export function decryptPayload(keys: SessionKeys, sealed: Buffer): Buffer {
  requireLength(sealed, 2 * aesBlock, 'encrypted payload')
  if (sealed.length % aesBlock !== 0) throw new IpmiError('malformed', `encrypted payload of ${sealed.length} bytes: not whole AES blocks`)
  const decipher = createDecipheriv('aes-128-cbc', keys.aesKey, sealed.subarray(0, aesBlock)).setAutoPadding(false)
  const plain = Buffer.concat([decipher.update(sealed.subarray(aesBlock)), decipher.final()])
  const padLength = plain.at(-1)!
  const length = plain.length - padLength - 1
  if (padLength >= aesBlock || length < 0) throw new IpmiError('malformed', `confidentiality pad of ${padLength} bytes`)
  for (let i = 0; i < padLength; i++) {
    if (plain[length + i] !== i + 1) throw new IpmiError('malformed', 'confidentiality pad is not 01h 02h …')
  }
  return plain.subarray(0, length)
}
