import type { KeyObject } from 'node:crypto'
import { genesisHash } from '#lib/domain/audit.ts'
import type { Checkpoint } from '#lib/domain/checkpoint.ts'
import { digestOf, isSignedWith, toCheckpoint } from './signer.ts'

/** Of the rows from `seq` on, what is wrong with the checkpoints that should vouch for them. */
export type ChainTrouble = { seq: number; reason: string }

/** The checkpoints that can be believed, by number, and the first that cannot or is not there. */
export type CheckpointChain = { checkpoints: Checkpoint[]; trouble: ChainTrouble | null }

const after = (one: Checkpoint | undefined) => (one?.seq ?? 0) + 1

function missing(before: Checkpoint | undefined, one: Checkpoint): ChainTrouble {
  const first = (before?.number ?? 0) + 1
  const last = one.number - 1
  // A number that follows and yet names another one before: that other one is missing.
  const named = last < first ? `the checkpoint ${last} that checkpoint ${one.number} follows is` : first === last ? `checkpoint ${first} is` : `checkpoints ${first} to ${last} are`
  return { seq: after(before), reason: `${named} missing` }
}

/**
 * Reads checkpoints from the lines of one or more files. Each must be signed with this key and name one before it that is here too.
 * Two that follow the same one are both believed: a conductor that was paused in the moment of signing makes such a pair, and each
 * is held against the audit.
 */
export async function readCheckpoints(lines: AsyncIterable<string>, key: KeyObject): Promise<CheckpointChain> {
  const believed = new Map<string, Checkpoint>()
  const troubles: ChainTrouble[] = []
  let before: Checkpoint | undefined
  for await (const line of lines) {
    if (line === '') continue
    const one = toCheckpoint(line)
    if (one === null) troubles.push({ seq: after(before), reason: `a line after checkpoint ${before?.number ?? 0} is no checkpoint` })
    else if (!isSignedWith(key, one)) troubles.push({ seq: after(before), reason: `checkpoint ${one.number} is not signed with this key: it was forged or changed` })
    else believed.set(digestOf(one), (before = one))
  }
  const checkpoints = [...believed.values()].sort((a, b) => a.number - b.number)
  for (const [at, one] of checkpoints.entries()) {
    const follows = one.number === 1 ? one.previous === genesisHash : believed.has(one.previous)
    if (!follows) troubles.push(missing(checkpoints[at - 1], one))
  }
  return { checkpoints, trouble: troubles.sort((a, b) => a.seq - b.seq)[0] ?? null }
}
