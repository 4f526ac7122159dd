import type { HealthAnswer } from '#lib/api/contract.ts'
import { DatabaseAway } from '#lib/db/away.ts'
import { countConductors } from '#lib/db/health-read.ts'
import { readSigning } from '#lib/db/audit-signing.ts'

/** Is Baseboard well? Anybody may ask, so it says little: does the database answer, how many conductors live, is the audit being signed. */
export async function readHealth(): Promise<Omit<HealthAnswer, 'version'>> {
  try {
    const conductors = await countConductors()
    const isSigned = !(await readSigning()).isLate
    return { status: conductors > 0 && isSigned ? 'ok' : 'degraded', database: 'ok', conductors, audit: isSigned ? 'signed' : 'unsigned' }
  } catch (error) {
    if (error instanceof DatabaseAway) return { status: 'degraded', database: 'away', conductors: 0, audit: 'unknown' }
    throw error
  }
}
