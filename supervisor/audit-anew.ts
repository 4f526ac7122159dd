import { existsSync, renameSync } from 'node:fs'
import { appendAudit } from '#lib/db/audit.ts'
import { withCheckpointLock } from '#lib/db/checkpoints.ts'
import type { Database } from '#lib/db/client.ts'
import { readSetting, writeSetting } from '#lib/db/settings.ts'
import { Complaint } from './complaint.ts'

/**
 * Lets the conductor begin a new chain of checkpoints with number 1, because the old one no longer fits: a backup was restored, or the
 * key is lost. The old file is kept under another name, which is given; null when there was none. That it happened stands in the audit.
 */
export async function beginAnew(db: Database, file: string, reason: string): Promise<string | null> {
  const done = await withCheckpointLock(db, async (tx) => {
    const state = await readSetting('auditCheckpoint', tx)
    const last = state?.last ?? null
    const kept = existsSync(file) ? `${file}.until-${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}` : null
    if (state !== null) await writeSetting('auditCheckpoint', { ...state, last: null }, tx)
    await appendAudit(tx, {
      actor: 'command line',
      actorKind: 'system',
      ip: null,
      requestId: null,
      action: 'checkpoints-anew',
      node: null,
      target: null,
      outcome: 'ok',
      operationId: null,
      detail: { reason, kept, lastNumber: last?.number ?? null, lastSeq: last?.seq ?? null, lastHash: last?.hash ?? null },
    })
    if (kept !== null) renameSync(file, kept)
    return { kept }
  })
  if (done === undefined) throw new Complaint('a checkpoint is being signed at this moment: try again')
  return done.kept
}
