import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { checkpointFileOf, config } from '#lib/config/environment.ts'
import { findCheckpoints, type CheckpointSource } from './supervisor/audit-checkpoints.ts'
import { judgeAudit } from './supervisor/audit-verdict.ts'
import { Complaint } from './supervisor/complaint.ts'
import { runTool } from './supervisor/tool.ts'

const usage = 'usage: npm run -s audit:verify -- [--checkpoints FILE]… [--key FILE]'

function readSource(): CheckpointSource | null {
  try {
    const { values } = parseArgs({ options: { checkpoints: { type: 'string', multiple: true }, key: { type: 'string' } } })
    return findCheckpoints({ files: values.checkpoints ?? [], key: values.key }, join(config().DATA_DIR, 'conductor'), checkpointFileOf(config()))
  } catch (error) {
    throw error instanceof TypeError ? new Complaint(usage, { cause: error }) : error
  }
}

/** Recomputes the audit's chain, holds it against its checkpoints, and says whether it is whole: exit code 0, or 1 with the first bad row. */
await runTool(async (db) => {
  const { fine, lines } = await judgeAudit(db, readSource())
  for (const line of lines) console.log(line)
  return fine ? 0 : 1
})
