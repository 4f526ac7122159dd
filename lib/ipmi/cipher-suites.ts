import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { IpmiError, requireLength } from './errors.ts'
import { KeyedHmac, type Hash } from './keyed-hmac.ts'
import { aesBlock, PayloadCipher } from './payload-cipher.ts'
import { randomBytes } from './random.ts'

/**
 * The suites that can be spoken, all but those with RC4 (IPMI 2.0 §22.15.2, table 22-20). The strongest first: what encrypts before what
 * only signs, before what does neither; and of these SHA-256 before SHA-1 before MD5.
 */
export const suitesByStrength = [17, 3, 8, 12, 16, 2, 7, 11, 15, 1, 6, 0] as const
export type CipherSuiteId = (typeof suitesByStrength)[number]

/** What is used where nobody says otherwise, in this order. */
export const usualSuites: readonly CipherSuiteId[] = [17, 3]

/** A row of the suite table with the sizes that follow from its algorithms. */
export type CipherSuite = {
  readonly id: CipherSuiteId
  /** Algorithm numbers as they stand in Open Session (IPMI 2.0 tables 13-17 to 13-19). */
  readonly authentication: number
  readonly integrity: number
  readonly confidentiality: number
  /** Of RAKP's HMACs and of the keys; `none` proves nothing of either side. */
  readonly hash: Hash | 'none'
  /** Length of the RAKP 2 and RAKP 3 codes: the whole HMAC. */
  readonly keyExchangeCodeLength: number
  /** Length of RAKP 4's integrity check value. It goes by the authentication algorithm (IPMI 2.0 §13.28). */
  readonly checkValueLength: number
  /** Length of each packet's authentication code; 0 where packets are not signed. */
  readonly integrityCodeLength: number
}

/** RAKP-none, RAKP-HMAC-SHA1, RAKP-HMAC-MD5, RAKP-HMAC-SHA256 (IPMI 2.0 table 13-17). */
const authentications = [
  { hash: 'none', keyExchangeCodeLength: 0, checkValueLength: 0 },
  { hash: 'sha1', keyExchangeCodeLength: 20, checkValueLength: 12 },
  { hash: 'md5', keyExchangeCodeLength: 16, checkValueLength: 16 },
  { hash: 'sha256', keyExchangeCodeLength: 32, checkValueLength: 16 },
] as const

/** None, HMAC-SHA1-96, HMAC-MD5-128, MD5-128, HMAC-SHA256-128 (IPMI 2.0 table 13-18). */
const integrityCodeLengths = [0, 12, 16, 16, 16] as const
const md5Integrity = 3

function toSuite(id: CipherSuiteId, authentication: 0 | 1 | 2 | 3, integrity: 0 | 1 | 2 | 3 | 4, confidentiality: 0 | 1): CipherSuite {
  return { id, authentication, integrity, confidentiality, ...authentications[authentication], integrityCodeLength: integrityCodeLengths[integrity] }
}

export const cipherSuites: Readonly<Record<CipherSuiteId, CipherSuite>> = {
  0: toSuite(0, 0, 0, 0),
  1: toSuite(1, 1, 0, 0),
  2: toSuite(2, 1, 1, 0),
  3: toSuite(3, 1, 1, 1),
  6: toSuite(6, 2, 0, 0),
  7: toSuite(7, 2, 2, 0),
  8: toSuite(8, 2, 2, 1),
  11: toSuite(11, 2, 3, 0),
  12: toSuite(12, 2, 3, 1),
  15: toSuite(15, 3, 0, 0),
  16: toSuite(16, 3, 4, 0),
  17: toSuite(17, 3, 4, 1),
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

/** Is the one a worse suite than the other? */
export function isWeaker(one: CipherSuiteId, other: CipherSuiteId): boolean {
  return suitesByStrength.indexOf(one) > suitesByStrength.indexOf(other)
}

/** What protects the packets of one session: one key signs, the first 16 bytes of K2 encrypt (IPMI 2.0 §13.32). */
export type SessionKeys = {
  readonly suite: CipherSuite
  /** K1; in MD5-128 the password, padded with zeros. */
  readonly integrityKey: Buffer
  /** Makes the codes with that key; undefined where none are made, or not by HMAC. */
  readonly mac: KeyedHmac | undefined
  /** Undefined in a suite that does not encrypt; some of those have no key either. */
  readonly cipher: PayloadCipher | undefined
}

/** Nothing at all where the suite has no authentication. */
export function hmac(suite: CipherSuite, key: Uint8Array, ...parts: readonly Uint8Array[]): Buffer {
  if (suite.hash === 'none') return Buffer.alloc(0)
  const mac = createHmac(suite.hash, key)
  for (const part of parts) mac.update(part)
  return mac.digest()
}

const longestPassword = 20

/**
 * The keys of a session: K1 and K2 are the HMAC by the session integrity key of twenty bytes 01h and 02h, whatever the hash (IPMI 2.0 §13.32).
 * MD5-128 signs with the password instead (§13.28.3), and no other suite needs it here.
 */
export function deriveSessionKeys(suite: CipherSuite, sik: Buffer, password: Uint8Array = Buffer.alloc(0)): SessionKeys {
  const k1 = hmac(suite, sik, Buffer.alloc(20, 0x01))
  const k2 = hmac(suite, sik, Buffer.alloc(20, 0x02))
  const signsByHmac = suite.hash !== 'none' && suite.integrity !== 0 && suite.integrity !== md5Integrity
  return {
    suite,
    integrityKey: suite.integrity === md5Integrity ? padPassword(password) : k1,
    mac: signsByHmac ? new KeyedHmac(suite.hash, k1) : undefined,
    cipher: suite.confidentiality === 0 ? undefined : new PayloadCipher(k2.subarray(0, 16)),
  }
}

function padPassword(password: Uint8Array): Buffer {
  const padded = Buffer.alloc(longestPassword)
  padded.set(password.subarray(0, longestPassword))
  return padded
}

/** The authentication code of a packet, over everything from the authentication type to the next header (IPMI 2.0 §13.28.4). */
export function integrityCode({ suite, integrityKey, mac }: SessionKeys, covered: Uint8Array): Buffer {
  if (suite.integrity === md5Integrity) return createHash('md5').update(integrityKey).update(covered).update(integrityKey).digest()
  return mac === undefined ? Buffer.alloc(0) : mac.digest(covered).subarray(0, suite.integrityCodeLength)
}

/** Compares two codes in constant time; a wrong length is a wrong code. */
export function isSameCode(expected: Uint8Array, received: Uint8Array): boolean {
  return expected.length === received.length && timingSafeEqual(expected, received)
}

function cipherOf({ cipher, suite }: SessionKeys): PayloadCipher {
  if (cipher === undefined) throw new IpmiError('malformed', `encrypted payload in cipher suite ${suite.id}, which does not encrypt`)
  return cipher
}

/** AES-CBC-128 as in IPMI 2.0 §13.29: IV, then the payload with the pad 01h 02h … and the pad's length, encrypted. */
export function encryptPayload(keys: SessionKeys, payload: Uint8Array): Buffer {
  const padLength = (aesBlock - ((payload.length + 1) % aesBlock)) % aesBlock
  const plain = Buffer.alloc(payload.length + padLength + 1)
  plain.set(payload)
  for (let i = 0; i < padLength; i++) plain[payload.length + i] = i + 1
  plain[plain.length - 1] = padLength
  const iv = randomBytes(aesBlock)
  return Buffer.concat([iv, cipherOf(keys).encrypt(iv, plain)])
}

/** The inverse; call it only for a packet whose integrity code is right. Throws `malformed` for impossible lengths and pads. */
export function decryptPayload(keys: SessionKeys, sealed: Buffer): Buffer {
  requireLength(sealed, 2 * aesBlock, 'encrypted payload')
  if (sealed.length % aesBlock !== 0) throw new IpmiError('malformed', `encrypted payload of ${sealed.length} bytes: not whole AES blocks`)
  const plain = cipherOf(keys).decrypt(sealed.subarray(0, aesBlock), sealed.subarray(aesBlock))
  const padLength = plain.at(-1)!
  const length = plain.length - padLength - 1
  if (padLength >= aesBlock || length < 0) throw new IpmiError('malformed', `confidentiality pad of ${padLength} bytes`)
  for (let i = 0; i < padLength; i++) {
    if (plain[length + i] !== i + 1) throw new IpmiError('malformed', 'confidentiality pad is not 01h 02h …')
  }
  return plain.subarray(0, length)
}
