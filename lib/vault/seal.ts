import { createCipheriv, createPublicKey, diffieHellman, generateKeyPairSync, hkdfSync, randomBytes, type KeyObject } from 'node:crypto'

/**
 * What web can do with a password: close it so that only the conductor can open it. X25519 with a key made for this message, or for the
 * messages of one request, HKDF-SHA256, AES-256-GCM with a random nonce for each. A sealed message is
 *   version (1) · our own public key (32) · nonce (12) · tag (16) · ciphertext
 */
export const inboxVersion = 1
export const publicKeyBytes = 32

/** The last 32 bytes of an X25519 key's SPKI are the key itself (RFC 8410 §4); before them stands always the same header. */
const spkiHeader = Buffer.from('302a300506032b656e032100', 'hex')

export const toRaw = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'spki' }).subarray(-publicKeyBytes)

export function toPublicKey(raw: Uint8Array): KeyObject {
  if (raw.length !== publicKeyBytes) throw new RangeError(`an X25519 public key has 32 bytes, not ${raw.length}`)
  return createPublicKey({ key: Buffer.concat([spkiHeader, raw]), format: 'der', type: 'spki' })
}

/** The key of one message. Both public keys go in, so that the result belongs to this pair and no other (RFC 9180 does the same). */
export function deriveInboxKey(secret: Buffer, ephemeral: Uint8Array, recipient: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, Buffer.concat([ephemeral, recipient]), 'baseboard credential inbox 1', 32))
}

/**
 * Seals secrets for the conductor whose public key (base64url, from the setting `vault`) this is, each bound to its `context`. Making a key
 * takes fifty times as long as using it: whoever seals the passwords of a cluster does it with one.
 */
export function openInboxSealer(publicKey: string): (secret: string, context: string) => Uint8Array<ArrayBuffer> {
  const recipient = toPublicKey(Buffer.from(publicKey, 'base64url'))
  const own = generateKeyPairSync('x25519')
  const ephemeral = toRaw(own.publicKey)
  const key = deriveInboxKey(diffieHellman({ privateKey: own.privateKey, publicKey: recipient }), ephemeral, toRaw(recipient))
  const header = Buffer.concat([Buffer.from([inboxVersion]), ephemeral])
  return (secret, context) => {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.concat([header, Buffer.from(context)]))
    const ciphertext = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
    return new Uint8Array(Buffer.concat([header, nonce, cipher.getAuthTag(), ciphertext]))
  }
}

/** Seals one secret. */
export const sealForConductor = (publicKey: string, secret: string, context: string): Uint8Array<ArrayBuffer> => openInboxSealer(publicKey)(secret, context)
