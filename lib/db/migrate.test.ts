import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { withDatabase } from '../../tests/database.ts'
import { migrate } from './migrate.ts'
import { withSchemaEngine } from './schema-engine.ts'

const test = withDatabase()
const schemaFile = join(import.meta.dirname, '../../prisma/schema.prisma')

/** Runs `work` with the URL of an empty database beside the test's own. */
async function withEmptyDatabase<T>(work: (url: string) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: test.url })
  await client.connect()
  const name = `${client.database}_empty`
  await client.query(`CREATE DATABASE ${name}`)
  try {
    return await work(test.url.replace(/\/[^/]*$/, `/${name}`))
  } finally {
    await client.query(`DROP DATABASE ${name} WITH (FORCE)`)
    await client.end()
  }
}

/** What makes two schemas equal: columns with type, nullability and default; indexes; constraints. A line each. */
async function describeTables(url: string): Promise<string[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ line: string }>(`
      SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
        || CASE WHEN a.attgenerated <> '' THEN ' generated' ELSE coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') END AS line
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
      UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
      UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
      WHERE connamespace = 'public'::regnamespace AND contype <> 'n'`)
    return rows.map((row) => row.line).sort()
  } finally {
    await client.end()
  }
}

async function fromSchemaFile(url: string): Promise<string[]> {
  const content = readFileSync(schemaFile, 'utf8')
  const { stdout } = await withSchemaEngine(url, (engine) =>
    engine.diff({
      from: { tag: 'empty' },
      to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content }] },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    }),
  )
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(stdout!)
  await client.end()
  return describeTables(url)
}

describe('migrate', () => {
  it('does nothing where all is applied', async () => {
    expect(await migrate(test.url)).toEqual([])
  })

  it('lets concurrent starts take turns, of which one does the work', async () => {
    const applied = await withEmptyDatabase((url) => Promise.all([migrate(url), migrate(url), migrate(url)]))
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1)
    expect(applied.flat()).toContain('20261123000000_foundation')
  })

  it('says in a sentence what failed', async () => {
    await expect(migrate(test.url.replace(/\/[^/]*$/, '/missing_database'))).rejects.toThrow(/missing_database/)
  })

  it('leaves the tables that schema.prisma describes, but for what SQL alone knows', async () => {
    const ofSqlAlone = /Reading|_prisma_migrations/
    // Prisma has no word for a generated column and takes it for a plain one.
    const plain = (line: string) => line.replace(' generated', '')
    const migrated = (await describeTables(test.url)).filter((line) => !ofSqlAlone.test(line)).map(plain)
    expect(migrated.length).toBeGreaterThan(150)
    expect(migrated).toEqual(await withEmptyDatabase(fromSchemaFile))
  })
})
