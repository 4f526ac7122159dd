import type { CheckpointAnswer } from '#lib/api/contract.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { readSigning } from '#lib/db/audit-signing.ts'
import { readNewestRow } from '#lib/db/checkpoints.ts'
import { prisma } from '#lib/db/client.ts'
import { demand } from './permission.ts'

/** How far the audit is signed, and where that is kept. */
export async function readCheckpoint(user: SignedInUser): Promise<CheckpointAnswer> {
  await demand(user, 'readAudit')
  const { state, unsignedSince, isLate } = await readSigning()
  const newest = await readNewestRow(prisma())
  const { last = null, ways = [], publicKey = null, everyRows = null, everySeconds = null } = state ?? {}
  const shown = last === null ? null : { number: last.number, seq: last.seq, hash: last.hash, at: last.at, key: last.key }
  return { last: shown, newestSeq: newest?.seq ?? null, unsignedSince, isLate, everyRows, everySeconds, ways, publicKey }
}
