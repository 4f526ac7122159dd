import type { AuditEntry } from '#lib/domain/audit.ts'
import type { StepState } from '#lib/domain/operation.ts'
import type { PowerState } from '#lib/domain/power.ts'
import { appendAudits } from './audit.ts'
import { inTransaction, type Database } from './client.ts'
import { finishOperations } from './end-steps.ts'
import { toJsonText } from './json-text.ts'
import type { StepWork } from './steps.ts'

/** The BMCs have answered (or their replies are lost): from here on the state is read back. */
export async function markSent(db: Database, stepIds: readonly string[]): Promise<void> {
  await db.pool.query(`UPDATE "Step" SET state = 'sent', "updatedAt" = now() WHERE id = ANY($1) AND state = 'sending'`, [stepIds])
}

export type StepOutcome = {
  state: Exclude<StepState, 'queued' | 'sending' | 'sent'>
  before: PowerState | null
  after: PowerState | null
  afterAt: Date | null
  evidence: string | null
  error: { code: string; message: string } | null
}

/** `audit` is null only when the audit itself is why nothing was sent. */
export type StepEnd = { step: StepWork; outcome: StepOutcome; audit: AuditEntry | null }

/**
 * Ends steps, each with its audit row, and the operations of which they were the last, in one transaction. A step that was moved meanwhile
 * is left as it is.
 */
export async function finishSteps(db: Database, ends: readonly StepEnd[]): Promise<void> {
  const operationIds = [...new Set(ends.map(({ step }) => step.operationId))].sort()
  await inTransaction(db, async (client) => {
    await client.query(`SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = '10s'`)
    // Two conductors that end the last two steps at once would each see the other's as running: the operation's row puts them in line.
    await client.query('SELECT 1 FROM "Operation" WHERE id = ANY($1) ORDER BY id FOR UPDATE', [operationIds])
    const { rows } = await client.query<{ id: string }>(
      `UPDATE "Step" s SET state = e.state, before = coalesce(s.before, e.before), after = e.after, "afterAt" = e."afterAt", evidence = e.evidence,
        error = e.error, "updatedAt" = now(), "endedAt" = clock_timestamp()
      FROM jsonb_to_recordset($1) AS e(id uuid, state text, before text, after text, "afterAt" timestamptz, evidence text, error jsonb, unaudited boolean)
      WHERE s.id = e.id AND (s.state = 'queued' OR (s.state IN ('sending', 'sent') AND NOT e.unaudited)) RETURNING s.id`,
      [toJsonText(ends.map(({ step, outcome, audit }) => ({ id: step.id, ...outcome, unaudited: audit === null })))],
    )
    const moved = new Set(rows.map((row) => row.id))
    await finishOperations(client, operationIds)
    const entries = ends.flatMap(({ step, audit }) => (audit !== null && moved.has(step.id) ? [audit] : []))
    if (entries.length > 0) await appendAudits(client, entries)
  })
}
