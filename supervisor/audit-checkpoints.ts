import { createPublicKey, type KeyObject } from 'node:crypto'
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Checkpoint } from '#lib/domain/checkpoint.ts'
import { readCheckpoints, type CheckpointChain } from '#lib/vault/checkpoint-chain.ts'
import { digestOf, isSignedWith, readSigner, signerFile } from '#lib/vault/signer.ts'
import { Complaint } from './complaint.ts'

/** Where checkpoints are read and whose signature counts. */
export type CheckpointSource = { files: readonly string[]; key: KeyObject }

const forbidden = (path: string) => new Complaint(`${path} cannot be read by this user: run this as the user who starts Baseboard, or give copies with --checkpoints FILE --key FILE`)

/** A public key that was kept elsewhere. Throws a Complaint for a file that holds none. */
function readPublicKey(path: string): KeyObject {
  try {
    const key = createPublicKey(readFileSync(path))
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch (error) {
    throw new Complaint(`--key ${path} cannot be used: ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : 'it holds no key in PEM form'}`, { cause: error })
  }
  throw new Complaint(`--key ${path} holds no Ed25519 key`)
}

function readOwnKey(folder: string): KeyObject | null {
  try {
    return readSigner(folder)?.publicKey ?? null
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EACCES' ? forbidden(join(folder, signerFile)) : error
  }
}

/** What the command line names, else what this machine's conductor keeps; null when it has signed nothing yet. */
export function findCheckpoints(given: { files: readonly string[]; key: string | undefined }, keyFolder: string, ownFile: string): CheckpointSource | null {
  const absent = given.files.find((file) => !existsSync(file))
  if (absent !== undefined) throw new Complaint(`--checkpoints ${absent}: there is no such file`)
  const key = given.key === undefined ? readOwnKey(keyFolder) : readPublicKey(given.key)
  if (key === null && given.files.length > 0) throw new Complaint(`there is no ${signerFile} in ${keyFolder}: give the public key with --key FILE`)
  return key === null ? null : { key, files: given.files.length > 0 ? given.files : [ownFile].filter(existsSync) }
}

async function* linesOf(files: readonly string[]): AsyncGenerator<string> {
  for (const file of files) {
    try {
      yield* createInterface({ input: createReadStream(file) })
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'EACCES' ? forbidden(file) : error
    }
  }
}

/** What is wrong when the last checkpoint that the database tells of is not among these: they were cut, or its note was forged. */
function whyNoted(noted: Checkpoint, { files, key }: CheckpointSource, last: Checkpoint | undefined): string {
  if (!isSignedWith(key, noted)) return `the checkpoint ${noted.number} that the database tells of is not signed with this key`
  const here = files.length === 0 ? 'there is no file of checkpoints' : `the checkpoints end with number ${last?.number ?? 0}`
  return `${here}, and the database tells of number ${noted.number}, which signed row ${noted.seq}: the rest was cut off`
}

/** Reads all checkpoints and holds them against `noted`, the last one that the database tells of. */
export async function readChain(source: CheckpointSource, noted: Checkpoint | null): Promise<CheckpointChain> {
  const chain = await readCheckpoints(linesOf(source.files), source.key)
  const { checkpoints, trouble } = chain
  const isThere = noted === null || checkpoints.some((one) => one.number === noted.number && digestOf(one) === digestOf(noted))
  if (isThere || trouble !== null) return chain
  const last = checkpoints.at(-1)
  return { checkpoints, trouble: { seq: (last?.seq ?? 0) + 1, reason: whyNoted(noted, source, last) } }
}
