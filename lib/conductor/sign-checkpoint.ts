import type { Database, Transaction } from '#lib/db/client.ts'
import { readNewestRow, readRowHash, withCheckpointLock } from '#lib/db/checkpoints.ts'
import { readInstanceId } from '#lib/db/instance.ts'
import { readSetting } from '#lib/db/settings.ts'
import { genesisHash } from '#lib/domain/audit.ts'
import { toCheckpointLine, type Checkpoint } from '#lib/domain/checkpoint.ts'
import { digestOf, isSignedWith, openSigner, toCheckpoint, type Signer } from '#lib/vault/signer.ts'
import { openCheckpointFile, type CheckpointFile } from './checkpoint-file.ts'

/** The chain of checkpoints must not go on: what was signed earlier is no longer so. Said to a person, with what to do. */
export class CheckpointRefused extends Error {
  override readonly name = 'CheckpointRefused'
}

const remedy = 'run npm run audit:verify, and npm run audit:anew when you know why'

/** The last checkpoint of the file. Throws when its last line was not signed with our key: it was changed, or the key was. */
function lastOf(file: CheckpointFile, path: string, signer: Signer): Checkpoint | null {
  if (file.lastLine === null) return null
  const one = toCheckpoint(file.lastLine)
  if (one !== null && isSignedWith(signer.publicKey, one)) return one
  throw new CheckpointRefused(`the last line of ${path} is no checkpoint of this key: one of them was changed; ${remedy}`)
}

/**
 * The checkpoint to go on from: that of the file or, when another conductor with a file of its own was the last to sign, the one that
 * the database tells of. A note there that our key has not signed is nobody's.
 */
function newestOf(signer: Signer, inFile: Checkpoint | null, noted: Checkpoint | null): Checkpoint | null {
  const isOurs = noted !== null && isSignedWith(signer.publicKey, noted)
  return isOurs && noted.number > (inFile?.number ?? 0) ? noted : inFile
}

async function demandKept(tx: Transaction, last: Checkpoint): Promise<void> {
  if ((await readRowHash(tx, last.seq)) === last.hash) return
  throw new CheckpointRefused(`the audit does not hold row ${last.seq} as checkpoint ${last.number} signed it: rows were cut off or rewritten; ${remedy}`)
}

/**
 * Signs the newest row of the audit and appends that to the file, synced, before it is noted in the database. `signed` is null when
 * there was nothing new; the answer is undefined when another conductor is signing at this moment.
 */
export async function signCheckpoint(
  db: Database,
  keyFolder: string,
  path: string,
  note: (tx: Transaction, last: Checkpoint, signer: Signer) => Promise<void>,
): Promise<{ signed: Checkpoint | null } | undefined> {
  return withCheckpointLock(db, async (tx) => {
    const signer = openSigner(keyFolder)
    const file = await openCheckpointFile(path)
    try {
      const inFile = lastOf(file, path, signer)
      const last = newestOf(signer, inFile, (await readSetting('auditCheckpoint', tx))?.last ?? null)
      if (last !== null) await demandKept(tx, last)
      const newest = await readNewestRow(tx)
      if (newest === null || newest.seq === last?.seq) return { signed: null }
      const { seq, hash } = newest
      const previous = last === null ? genesisHash : digestOf(last)
      const signed = signer.sign({ number: (last?.number ?? 0) + 1, instance: await readInstanceId(), seq, hash, at: new Date().toISOString(), previous })
      const missing = last !== null && last !== inFile ? [last] : []
      await file.append([...missing, signed].map(toCheckpointLine))
      await note(tx, signed, signer)
      return { signed }
    } finally {
      await file.close()
    }
  })
}
