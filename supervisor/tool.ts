import { config } from '#lib/config/environment.ts'
import { openDatabase, useDatabase, type Database } from '#lib/db/client.ts'
import { findDatabase } from './database.ts'

const expected = new Set(['Complaint', 'ConfigError', 'DatabaseAway', 'BaseboardError'])

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
    const isExpected = error instanceof Error && expected.has(error.name)
    console.error(isExpected ? error.message : error)
    process.exit(1)
  }
}
