import { beginCommands, type CommandIntent, type IntentAnswer } from '#lib/db/begin-commands.ts'
import type { Database } from '#lib/db/client.ts'
import { finishSteps, markSent, type StepEnd } from '#lib/db/finish-steps.ts'
import { keepBaselines, type StepWork } from '#lib/db/steps.ts'
import { together, type Together } from './together.ts'

/** What the steps of all nodes write, many in one transaction. Each rejects as its write did. */
export type StepWrites = {
  /** After `committed` the command may leave, once. */
  begin: Together<CommandIntent, IntentAnswer>
  markSent: Together<string, void>
  keepBaseline: Together<{ step: StepWork; data: Record<string, unknown> }, void>
  finish: Together<StepEnd, void>
}

/** So many share a transaction: what holds the chain of the audit and the operations’ rows is over in a few tenths of a second. */
const most = 256

/** `ended` is told each time that steps have ended: others may wait for that. */
export function createStepWrites(db: Database, ended: () => void): StepWrites {
  const none = (work: Promise<void>) => work.then(() => [])
  return {
    begin: together((intents) => beginCommands(db, intents), most, isOfOneRow),
    markSent: together((ids) => none(markSent(db, ids)), most, isOfOneRow),
    keepBaseline: together((baselines) => none(keepBaselines(db.pool, baselines)), most, isOfOneRow),
    finish: together((ends) => none(finishSteps(db, ends).then(ended)), most, isOfOneRow),
  }
}

/**
 * PostgreSQL Appendix A: class 22 is data, 23 a constraint, 21 a row named twice, 40P01 a deadlock. What a lying BMC has brought in must not
 * cost the others theirs.
 */
const isOfOneRow = (error: unknown) => /^(2[123]|40P01)/.test(String((error as { code?: unknown } | null)?.code))
