import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { rethrow } from './away.ts'
import { withSchemaEngine } from './schema-engine.ts'

const folder = join(import.meta.dirname, '../../prisma/migrations')

/** One number for "the migrations of Baseboard", so that two starts against one database take turns. */
const lockKey = 0x62617365

/** The migrations as Prisma's engine wants them: the folder's format and `_prisma_migrations` stay Prisma's own. */
function readMigrations() {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
  const lockfile = join(folder, 'migration_lock.toml')
  return {
    baseDir: folder,
    lockfile: { path: 'migration_lock.toml', content: existsSync(lockfile) ? readFileSync(lockfile, 'utf8') : null },
    shadowDbInitScript: '',
    migrationDirectories: names.map((path) => ({
      path,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value: readFileSync(join(folder, path, 'migration.sql'), 'utf8') } },
    })),
  }
}

/** The engine tells PostgreSQL's sentence and then its own call stack; a person needs the sentence. */
function toError(error: unknown): Error {
  const [first = '', second = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  return new Error(`the database could not be migrated: ${/connector error/.test(first) ? second : first}`, { cause: error })
}

/**
 * Applies the migrations that this database lacks, and gives their names. Concurrent callers take turns by an advisory lock. A failed
 * migration stays recorded as failed, and every later start says so until someone has mended it.
 */
export async function migrate(url: string): Promise<string[]> {
  const turn = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  turn.on('error', () => {})
  await turn.connect().catch(rethrow)
  try {
    await turn.query('SELECT pg_advisory_lock($1)', [lockKey])
    const filters = { externalTables: [], externalEnums: [] }
    const applied = await withSchemaEngine(url, (engine) => engine.applyMigrations({ migrationsList: readMigrations(), filters })).catch(
      (error: unknown) => {
        throw toError(error)
      },
    )
    return applied.appliedMigrationNames
  } finally {
    await turn.end()
  }
}
