import { createCipheriv, createDecipheriv, createPublicKey, diffieHellman, randomBytes } from 'node:crypto'
import type { VaultKeys } from './keys.ts'
import { deriveInboxKey, inboxVersion, publicKeyBytes, toPublicKey, toRaw } from './seal.ts'

/** A secret that does not open: changed, moved to another node or address, or sealed with another key. Never says more. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken'
}

const nonceBytes = 12
const tagBytes = 16
const keyIdBytes = 8
const restVersion = 1
const maxSealedBytes = 4096

const broken = () => new SealBroken('the stored password does not open: it was changed, or it belongs to another node or address')

/** The part of a cell that says which key sealed it, so that a change of keys can be carried on where it stopped. */
const toKeyId = (keys: VaultKeys) => Buffer.from(keys.kekFingerprint, 'hex').subarray(0, keyIdBytes)

function decrypt(key: Buffer, header: Uint8Array, rest: Buffer, context: string): string {
  const nonce = rest.subarray(0, nonceBytes)
  const tag = rest.subarray(nonceBytes, nonceBytes + tagBytes)
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAuthTag(tag)
    decipher.setAAD(Buffer.concat([header, Buffer.from(context)]))
    return Buffer.concat([decipher.update(rest.subarray(nonceBytes + tagBytes)), decipher.final()]).toString('utf8')
  } catch {
    throw broken()
  }
}

/** Opens what web sealed. Throws SealBroken. */
export function openInbox(keys: VaultKeys, sealed: Uint8Array, context: string): string {
  const bytes = Buffer.from(sealed)
  const headerBytes = 1 + publicKeyBytes
  if (bytes.length < headerBytes + nonceBytes + tagBytes || bytes.length > maxSealedBytes || bytes[0] !== inboxVersion) throw broken()
  const header = bytes.subarray(0, headerBytes)
  const ephemeral = header.subarray(1)
  let secret: Buffer
  try {
    secret = diffieHellman({ privateKey: keys.inboxKey, publicKey: toPublicKey(ephemeral) })
  } catch {
    throw broken()
  }
  const key = deriveInboxKey(secret, ephemeral, toRaw(createPublicKey(keys.inboxKey)))
  return decrypt(key, header, bytes.subarray(headerBytes), context)
}

/** Seals a secret for the table Credential: version (1) · key id (8) · nonce (12) · tag (16) · ciphertext, AES-256-GCM under the KEK. */
export function sealAtRest(keys: VaultKeys, secret: string, context: string): Uint8Array<ArrayBuffer> {
  const header = Buffer.concat([Buffer.from([restVersion]), toKeyId(keys)])
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', keys.kek, nonce).setAAD(Buffer.concat([header, Buffer.from(context)]))
  const ciphertext = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
  return new Uint8Array(Buffer.concat([header, nonce, cipher.getAuthTag(), ciphertext]))
}

/** Opens a cell of the table Credential. Throws SealBroken. */
export function openAtRest(keys: VaultKeys, sealed: Uint8Array, context: string): string {
  const bytes = Buffer.from(sealed)
  const headerBytes = 1 + keyIdBytes
  if (bytes.length < headerBytes + nonceBytes + tagBytes || bytes.length > maxSealedBytes || bytes[0] !== restVersion) throw broken()
  return decrypt(keys.kek, bytes.subarray(0, headerBytes), bytes.subarray(headerBytes), context)
}

/** Was this cell sealed with these keys? Looks at the key id alone. */
export const isSealedWith = (keys: VaultKeys, sealed: Uint8Array): boolean =>
  Buffer.from(sealed).subarray(1, 1 + keyIdBytes).equals(toKeyId(keys))
