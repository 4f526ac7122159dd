import { parseArgs } from 'node:util'
import { checkpointFileOf, config } from '#lib/config/environment.ts'
import { beginAnew } from './supervisor/audit-anew.ts'
import { Complaint } from './supervisor/complaint.ts'
import { runTool } from './supervisor/tool.ts'

const usage = 'usage: npm run -s audit:anew -- --reason "why the old checkpoints no longer fit"'

function readReason(): string {
  try {
    const reason = parseArgs({ options: { reason: { type: 'string' } } }).values.reason?.trim() ?? ''
    if (reason.length >= 3 && reason.length <= 500) return reason
  } catch (error) {
    throw new Complaint(usage, { cause: error })
  }
  throw new Complaint(usage)
}

/** Begins a new chain of checkpoints and says where the old one is kept. */
await runTool(async (db) => {
  const kept = await beginAnew(db, checkpointFileOf(config()), readReason())
  console.log(`a new chain of checkpoints begins with number 1${kept === null ? '' : `; the old one is kept as ${kept}`}`)
  return 0
})
