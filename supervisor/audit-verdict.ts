import { verifyAudit, type Anchor } from '#lib/db/audit-verify.ts'
import type { Database } from '#lib/db/client.ts'
import { readSetting } from '#lib/db/settings.ts'
import type { Checkpoint } from '#lib/domain/checkpoint.ts'
import { readChain, type CheckpointSource } from './audit-checkpoints.ts'

/** What `npm run audit:verify` prints, and whether all is well. */
export type SpokenVerdict = { fine: boolean; lines: string[] }

const nameOf = ({ number, at }: Checkpoint) => `checkpoint ${number} of ${at}`

const toAnchor = (one: Checkpoint): Anchor => ({ seq: one.seq, hash: one.hash, name: nameOf(one) })

const broken = ({ seq, reason }: { seq: number; reason: string }): SpokenVerdict => ({ fine: false, lines: [`the audit is broken at seq ${seq}: ${reason}`] })

function sayCheckpoints(checkpoints: readonly Checkpoint[], rows: number): string {
  const last = checkpoints.at(-1)
  if (last === undefined) return 'no checkpoint is known: rows cut off its end would not be noticed'
  const rest = rows - last.seq
  return `${checkpoints.length} checkpoints agree with it; the last is ${nameOf(last)}, which signed row ${last.seq}${rest === 0 ? '' : ` (${rest} newer ${rest === 1 ? 'row is' : 'rows are'} not signed yet)`}`
}

/**
 * Holds the audit against itself and against its checkpoints, and names the first bad row of either. The database's own note is read
 * first, then the files, then the rows: each may only know less than the next.
 */
export async function judgeAudit(db: Database, source: CheckpointSource | null): Promise<SpokenVerdict> {
  const noted = (await readSetting('auditCheckpoint', db.prisma))?.last ?? null
  const chain = source === null ? { checkpoints: [], trouble: null } : await readChain(source, noted)
  const trouble = source === null && noted !== null ? { seq: 1, reason: `the key of the checkpoints is gone, and the database tells of number ${noted.number}` } : chain.trouble
  const verdict = await verifyAudit(db, chain.checkpoints.map(toAnchor))
  if (!verdict.fine && (trouble === null || verdict.seq <= trouble.seq)) return broken(verdict)
  if (trouble !== null) return broken(trouble)
  if (!verdict.fine) return broken(verdict)
  return { fine: true, lines: [`the audit is whole: ${verdict.rows} rows, last hash ${verdict.lastHash}`, sayCheckpoints(chain.checkpoints, verdict.rows)] }
}
