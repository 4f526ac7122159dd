import { afterEach, describe, expect, it } from 'vitest'
import { openDatabase, type Database } from '#lib/db/client.ts'
import { purgeExpired } from '#lib/db/purge.ts'
import { deleteOldScans } from '#lib/db/scans.ts'
import { withDatabase } from '../../tests/database.ts'
import { until } from '../../tests/conductor-rig.ts'
import { startRetention, type Retention } from './retention.ts'

const test = withDatabase()
let db: Database | undefined
let retention: Retention | undefined
afterEach(async () => {
  await retention?.stop()
  await db?.close()
})

const count = async (sql: string) => (await test.db.pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${sql}`)).rows[0]!.n

describe('retention, as the conductor role', () => {
  it('makes the partitions of the coming days and takes its place in the queue', async () => {
    await test.db.pool.query(`DROP TABLE IF EXISTS "Reading_${new Date().toISOString().slice(0, 10).replaceAll('-', '')}"`)
    db = openDatabase((await test.roles()).conductor)
    const complaints: string[] = []
    retention = startRetention(db, (text) => complaints.push(text))
    await until(async () => (await count(`pg_inherits WHERE inhparent = '"Reading"'::regclass`)) >= 5, 10_000, 'the partitions')
    await until(async () => (await count(`pg_namespace WHERE nspname = 'graphile_worker'`)) === 1, 10_000, 'the queue')
    await retention.stop()
    expect(complaints).toEqual([])
  }, 30_000)

  it('purges what has expired and nothing else', async () => {
    await test.db.pool.query(
      `INSERT INTO "Probe" (address, protocol, username, "createdBy", "createdAt") VALUES ('a', 'auto', 'u', 't', now() - interval '2 days'), ('b', 'auto', 'u', 't', now())`,
    )
    await test.db.pool.query(
      `INSERT INTO "Invitation" (kind, "tokenHash", role, "createdBy", "expiresAt") VALUES ('invite', 'x', 'viewer', 't', now() - interval '8 days'), ('invite', 'y', 'viewer', 't', now())`,
    )
    db = openDatabase((await test.roles()).conductor)
    expect(await purgeExpired(db)).toBe(2)
    expect(await count('"Probe"')).toBe(1)
    expect(await count('"Invitation"')).toBe(1)
  })

  it('forgets scans that were over a week ago, and none that is not over', async () => {
    await test.db.pool.query(
      `INSERT INTO "Scan" (ranges, spans, ports, total, state, by, "byKind", "finishedAt") VALUES
      ('old', '[]', '{}', 0, 'done', 't', 'person', now() - interval '8 days'), ('new', '[]', '{}', 0, 'done', 't', 'person', now() - interval '6 days'),
      ('open', '[]', '{}', 0, 'running', 't', 'person', NULL)`,
    )
    db = openDatabase((await test.roles()).conductor)
    await deleteOldScans(db, 7)
    expect((await test.db.pool.query('SELECT ranges FROM "Scan" ORDER BY ranges')).rows).toEqual([{ ranges: 'new' }, { ranges: 'open' }])
  })
})
