import type { CheckpointAnswer } from '#lib/api/contract.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { readFirstAfter, readNewestRow } from '#lib/db/checkpoints.ts'
import { prisma } from '#lib/db/client.ts'
import { readSetting } from '#lib/db/settings.ts'
import { demand } from './permission.ts'

/** What a conductor does that nobody has configured, and how long after that something is wrong. */
const usualSeconds = 60
const graceSeconds = 30

/** What the conductors have noted, and whether a row waits for its checkpoint for too long. */
export async function readSigning() {
  const state = await readSetting('auditCheckpoint')
  const waiting = await readFirstAfter(prisma(), state?.last?.seq ?? 0)
  const isLate = waiting !== null && waiting.ageSeconds > (state?.everySeconds ?? usualSeconds) + graceSeconds
  return { state, unsignedSince: waiting?.at ?? null, isLate }
}

/** How far the audit is signed, and where that is kept. */
export async function readCheckpoint(user: SignedInUser): Promise<CheckpointAnswer> {
  await demand(user, 'readAudit')
  const { state, unsignedSince, isLate } = await readSigning()
  const newest = await readNewestRow(prisma())
  const { last = null, ways = [], publicKey = null, everyRows = null, everySeconds = null } = state ?? {}
  const shown = last === null ? null : { number: last.number, seq: last.seq, hash: last.hash, at: last.at, key: last.key }
  return { last: shown, newestSeq: newest?.seq ?? null, unsignedSince, isLate, everyRows, everySeconds, ways, publicKey }
}
