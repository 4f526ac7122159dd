import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { checkpoint, signedText, toCheckpointLine, type Checkpoint } from '#lib/domain/checkpoint.ts'
import { readIfThere, VaultRefused, writeNew } from './keys.ts'

/** The key that signs checkpoints of the audit: Ed25519 (RFC 8032), of its own, beside the vault's keys. */
export type Signer = { sign: (said: Omit<Checkpoint, 'version' | 'key' | 'signature'>) => Checkpoint; publicKey: KeyObject; publicPem: string }

export const signerFile = 'audit.key'

const digest = (...parts: (string | Buffer)[]) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex')

/** 128 bits that name a public key. */
export const fingerprintOf = (key: KeyObject) => digest('baseboard audit\n', key.export({ format: 'der', type: 'spki' })).slice(0, 32)

/** What the next checkpoint names as the one before. */
export const digestOf = (one: Checkpoint) => digest(toCheckpointLine(one))

/** Was it signed with the key of this public key? */
export const isSignedWith = (key: KeyObject, one: Checkpoint) =>
  one.key === fingerprintOf(key) && verify(null, Buffer.from(signedText(one)), key, Buffer.from(one.signature, 'base64url'))

/** A line of a checkpoint file; null when it is none. */
export function toCheckpoint(line: string): Checkpoint | null {
  try {
    return checkpoint.parse(JSON.parse(line))
  } catch {
    return null
  }
}

function toSigner(key: KeyObject): Signer {
  const publicKey = createPublicKey(key)
  const named = fingerprintOf(publicKey)
  return {
    publicKey,
    publicPem: publicKey.export({ format: 'pem', type: 'spki' }) as string,
    sign(said) {
      const whole = { version: 1 as const, ...said, key: named }
      return { ...whole, signature: sign(null, Buffer.from(signedText(whole)), key).toString('base64url') }
    },
  }
}

/** The signer whose key is in this folder; null when there is none. Throws VaultRefused for one that is damaged or open to others. */
export function readSigner(folder: string): Signer | null {
  const path = join(folder, signerFile)
  const text = readIfThere(path)
  if (text === undefined) return null
  try {
    const key = createPrivateKey(text)
    if (key.asymmetricKeyType === 'ed25519') return toSigner(key)
  } catch (error) {
    throw new VaultRefused(`${path} is damaged: restore it from a backup of that folder`, { cause: error })
  }
  throw new VaultRefused(`${path} is no Ed25519 key: restore it from a backup of that folder`)
}

/** The signer of this folder, made where there is none. Of two that make it at once one wins, and both have its key. */
export function openSigner(folder: string): Signer {
  const known = readSigner(folder)
  if (known !== null) return known
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const { privateKey } = generateKeyPairSync('ed25519')
  try {
    writeNew(join(folder, signerFile), privateKey.export({ format: 'pem', type: 'pkcs8' }) as string)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readSigner(folder)!
}
