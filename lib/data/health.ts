import { DatabaseAway } from '#lib/db/away.ts'
import { countConductors } from '#lib/db/health-read.ts'

/** Is Baseboard well? Anybody may ask, so it says little: does the database answer, and how many conductors live. */
export async function readHealth(): Promise<{ status: 'ok' | 'degraded'; database: 'ok' | 'away'; conductors: number }> {
  try {
    const conductors = await countConductors()
    return { status: conductors > 0 ? 'ok' : 'degraded', database: 'ok', conductors }
  } catch (error) {
    if (error instanceof DatabaseAway) return { status: 'degraded', database: 'away', conductors: 0 }
    throw error
  }
}
