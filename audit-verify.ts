import { verifyAudit } from '#lib/db/audit-verify.ts'
import { runTool } from './supervisor/tool.ts'

/** Recomputes the audit's chain and says in one line whether it is whole: exit code 0, or 1 with the first bad row. */
await runTool(async (db) => {
  const verdict = await verifyAudit(db)
  console.log(verdict.fine ? `the audit is whole: ${verdict.rows} rows, last hash ${verdict.lastHash}` : `the audit is broken at seq ${verdict.seq}: ${verdict.reason}`)
  return verdict.fine ? 0 : 1
})
