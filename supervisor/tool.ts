import { config } from '#lib/config/environment.ts'
import { openDatabase, useDatabase, type Database } from '#lib/db/client.ts'
import { findDatabase } from './database.ts'

const expected = new Set(['Complaint', 'ConfigError', 'DatabaseAway', 'BaseboardError'])

/** PostgreSQL's refusals to let somebody in (28…) and its word for a database that is not there. */
const refusals = /^(28...|3D000)$/

const isExpected = (error: unknown): error is Error =>
  error instanceof Error && (expected.has(error.name) || refusals.test(String((error as { code?: unknown }).code)))

/**
 * Runs a command line tool against the database of this machine, and ends the process with the code that `work` gives. What a person
 * can mend is said in one line on stderr, with exit code 1.
 */
export async function runTool(work: (db: Database) => Promise<number>): Promise<never> {
  try {
    const db = openDatabase(findDatabase(config()))
    useDatabase(db)
    const code = await work(db)
    await db.close()
    process.exit(code)
  } catch (error) {
    console.error(isExpected(error) ? error.message : error)
    process.exit(1)
  }
}
