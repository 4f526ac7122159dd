import { readFirstAfter } from './checkpoints.ts'
import { database, type Database } from './client.ts'
import { readSetting } from './settings.ts'

/** What a conductor does that nobody has configured, and how long after that something is wrong. */
const usualSeconds = 60
const graceSeconds = 30

/** What the conductors have noted of the audit's checkpoints, and whether a row waits for its own for too long. */
export async function readSigning(db: Database = database()) {
  const state = await readSetting('auditCheckpoint', db.prisma)
  const waiting = await readFirstAfter(db.prisma, state?.last?.seq ?? 0)
  const isLate = waiting !== null && waiting.ageSeconds > (state?.everySeconds ?? usualSeconds) + graceSeconds
  return { state, unsignedSince: waiting?.at ?? null, isLate }
}
