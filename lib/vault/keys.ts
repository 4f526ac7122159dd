import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto'
import { closeSync, fchmodSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, statSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { toRaw } from './seal.ts'

/** The conductor's two keys: `kek` closes passwords at rest, `inboxKey` opens what web has sealed. They never leave its process. */
export type VaultKeys = {
  kek: Buffer
  inboxKey: KeyObject
  /** base64url of the raw X25519 key: what web seals to. */
  publicKey: string
  kekFingerprint: string
  inboxFingerprint: string
}

/** What the setting `vault` holds: enough to know the keys again, useless to open anything. */
export type VaultRecord = { publicKey: string; kekFingerprint: string; inboxFingerprint: string }

/** The keys are missing, unreadable or others than those that sealed what is stored. The conductor must not go on. */
export class VaultRefused extends Error {
  override readonly name = 'VaultRefused'
}

const kekFile = 'kek.key'
const inboxFile = 'inbox.key'

/** 128 bits of a hash over a random 256-bit key: names it, tells nothing of it. */
const fingerprint = (use: string, key: Uint8Array) => createHash('sha256').update(`baseboard ${use}\n`).update(key).digest('hex').slice(0, 32)

function toKeys(kek: Buffer, inboxKey: KeyObject): VaultKeys {
  const raw = toRaw(createPublicKey(inboxKey))
  return { kek, inboxKey, publicKey: raw.toString('base64url'), kekFingerprint: fingerprint('kek', kek), inboxFingerprint: fingerprint('inbox', raw) }
}

export const toRecord = ({ publicKey, kekFingerprint, inboxFingerprint }: VaultKeys): VaultRecord => ({ publicKey, kekFingerprint, inboxFingerprint })

/** A key file, if it is there. Throws VaultRefused for one that others can read. */
export function readIfThere(path: string): Buffer | undefined {
  try {
    if ((statSync(path).mode & 0o077) !== 0) throw new VaultRefused(`${path} can be read by others: make it readable by its owner alone (chmod 600)`)
    return readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Written whole and synced under another name, then linked: a crash leaves a key or none, and nothing that exists is replaced. */
export function writeNew(path: string, content: string): void {
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  const handle = openSync(draft, 'wx', 0o600)
  try {
    fchmodSync(handle, 0o600)
    writeSync(handle, content)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  try {
    linkSync(draft, path)
  } finally {
    unlinkSync(draft)
  }
}

/** Reads both keys; null when neither is there. One alone, or one that is damaged, is refused. */
export function readKeys(folder: string): VaultKeys | null {
  const kekText = readIfThere(join(folder, kekFile))
  const inboxText = readIfThere(join(folder, inboxFile))
  if (kekText === undefined && inboxText === undefined) return null
  const missing = kekText === undefined ? kekFile : inboxText === undefined ? inboxFile : undefined
  if (missing !== undefined) throw new VaultRefused(`${join(folder, missing)} is missing: restore it from a backup of that folder`)
  const kek = Buffer.from(kekText!.toString('utf8').trim(), 'base64url')
  if (kek.length !== 32) throw new VaultRefused(`${join(folder, kekFile)} is damaged: restore it from a backup of that folder`)
  try {
    return toKeys(kek, createPrivateKey(inboxText!))
  } catch (error) {
    throw new VaultRefused(`${join(folder, inboxFile)} is damaged: restore it from a backup of that folder`, { cause: error })
  }
}

/** Makes both keys in a folder that only its owner may enter. Throws where one of them exists. */
export function createKeys(folder: string): VaultKeys {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const kek = randomBytes(32)
  const { privateKey } = generateKeyPairSync('x25519')
  writeNew(join(folder, kekFile), `${kek.toString('base64url')}\n`)
  writeNew(join(folder, inboxFile), privateKey.export({ format: 'pem', type: 'pkcs8' }) as string)
  return toKeys(kek, privateKey)
}

/** What the vault must know of the database: what it published earlier, and whether anything is sealed. Taken under a lock by the caller. */
export type VaultState = { record: VaultRecord | null; sealedCount: number }

/**
 * The keys to work with, and whether their record must be written. New keys are made only where nothing is sealed yet; in every
 * other case of doubt it throws VaultRefused with what to restore, and has changed nothing.
 */
export function unlock(folder: string, { record, sealedCount }: VaultState): { keys: VaultKeys; publish: boolean } {
  const keys = readKeys(folder)
  const isOurs = keys !== null && record !== null && keys.kekFingerprint === record.kekFingerprint && keys.inboxFingerprint === record.inboxFingerprint
  if (isOurs) return { keys, publish: false }
  if (sealedCount === 0) return { keys: keys ?? createKeys(folder), publish: true }
  const wanted = record === null ? '' : ` (key ${record.kekFingerprint.slice(0, 8)}…)`
  throw new VaultRefused(
    `${keys === null ? `the vault's keys are missing from ${folder}` : `the vault's keys in ${folder} are not those of this database`}, and ${sealedCount} ` +
      `stored passwords need them${wanted}: restore ${kekFile} and ${inboxFile} there from a backup; nothing was changed`,
  )
}
