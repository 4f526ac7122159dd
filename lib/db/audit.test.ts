import { beforeEach, describe, expect, it } from 'vitest'
import { Client } from 'pg'
import { chainText, genesisHash, type AuditEntry } from '#lib/domain/audit.ts'
import { withDatabase } from '../../tests/database.ts'
import { appendAudit, readAudit } from './audit.ts'
import { verifyAudit } from './audit-verify.ts'
import { inTransaction } from './client.ts'

const test = withDatabase()

const entry = (number: number, more: Partial<AuditEntry> = {}): AuditEntry => ({
  actor: 'ada',
  actorKind: 'person',
  ip: '10.0.0.9',
  requestId: null,
  action: 'power',
  node: `n${number}`,
  target: null,
  outcome: 'ok',
  operationId: null,
  detail: { number, text: 'ü "\n\u001b[31m' },
  ...more,
})

/** As a superuser who means ill: triggers and constraints off, then whatever he likes. */
async function tamper(...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: test.superuserUrl })
  await client.connect()
  await client.query('SET session_replication_role = replica')
  for (const statement of statements) await client.query(statement)
  await client.end()
}

async function fill(rows: number): Promise<void> {
  await tamper('TRUNCATE "Audit"')
  for (let number = 1; number <= rows; number += 1) await appendAudit(test.db.prisma, entry(number))
}

describe('the chain (checklist 48)', () => {
  beforeEach(() => fill(8))

  it('begins with zeros, is dense, and is fine as written', async () => {
    const { rows } = await test.db.pool.query('SELECT seq, "prevHash" FROM "Audit" ORDER BY seq')
    expect(rows.map((row) => Number(row.seq))).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(rows[0].prevHash).toBe(genesisHash)
    expect(await verifyAudit()).toEqual({ fine: true, rows: 8, lastHash: expect.stringMatching(/^[0-9a-f]{64}$/) })
  })

  it('is fine when empty', async () => {
    await tamper('TRUNCATE "Audit"')
    expect(await verifyAudit()).toEqual({ fine: true, rows: 0, lastHash: genesisHash })
  })

  it.each([
    ['an edited text', [`UPDATE "Audit" SET body = replace(body, 'n5', 'n6') WHERE seq = 5`], 5],
    ['a time stamp moved by a microsecond', [`UPDATE "Audit" SET at = at + interval '1 microsecond' WHERE seq = 3`], 3],
    ['a removed row', ['DELETE FROM "Audit" WHERE seq = 4'], 4],
    ['a removed first row', ['DELETE FROM "Audit" WHERE seq = 1'], 1],
    ['a removed row with the rest moved up', ['DELETE FROM "Audit" WHERE seq = 4', 'UPDATE "Audit" SET seq = -seq WHERE seq > 4', 'UPDATE "Audit" SET seq = -seq - 1 WHERE seq < 0'], 4],
    ['an inserted row', [`UPDATE "Audit" SET seq = -seq WHERE seq > 4`, `UPDATE "Audit" SET seq = -seq + 1 WHERE seq < 0`, `INSERT INTO "Audit" (seq, at, body, "prevHash", hash) SELECT 5, at, body, hash, hash FROM "Audit" WHERE seq = 4`], 5],
    ['an inserted row before the first', [`INSERT INTO "Audit" (seq, at, body, "prevHash", hash) SELECT 0, at, body, "prevHash", hash FROM "Audit" WHERE seq = 1`], 0],
    ['an appended row', [`INSERT INTO "Audit" (seq, at, body, "prevHash", hash) SELECT 9, at, body, hash, hash FROM "Audit" WHERE seq = 8`], 9],
    ['two rows that changed places', ['UPDATE "Audit" SET seq = -1 WHERE seq = 6', 'UPDATE "Audit" SET seq = 6 WHERE seq = 7', 'UPDATE "Audit" SET seq = 7 WHERE seq = -1'], 6],
    ['two texts that changed places', [`UPDATE "Audit" a SET body = b.body FROM "Audit" b WHERE (a.seq, b.seq) IN ((2, 3), (3, 2))`], 2],
    ['a changed hash', [`UPDATE "Audit" SET hash = repeat('a', 64) WHERE seq = 7`], 7],
    ['a row rewritten with its own hash', [`UPDATE "Audit" SET body = '{}', hash = encode(sha256(convert_to("prevHash" || E'\\n' || seq || E'\\n' || to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || E'\\n{}', 'UTF8')), 'hex') WHERE seq = 2`], 3],
  ])('names the first bad seq of %s', async (_, statements, seq) => {
    await tamper(...statements)
    expect(await verifyAudit()).toMatchObject({ fine: false, seq, reason: expect.stringContaining('row ') })
  })
})

describe('appending', () => {
  it('hashes what the domain says it hashes', async () => {
    await fill(2)
    const { rows } = await test.db.pool.query(
      `SELECT seq, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, body, "prevHash" FROM "Audit" WHERE seq = 2`,
    )
    expect(chainText({ ...rows[0], seq: 2 }).split('\n').slice(1)).toEqual(['2', expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/), rows[0].body])
    expect(JSON.parse(rows[0].body)).toEqual(entry(2))
  })

  it('is undone with the transaction of its deed', async () => {
    await fill(1)
    const failing = test.db.prisma.$transaction(async (tx) => {
      await appendAudit(tx, entry(2))
      throw new Error('the deed failed')
    })
    await expect(failing).rejects.toThrow('the deed failed')
    expect(await verifyAudit()).toMatchObject({ fine: true, rows: 1 })
  })

  it('stays dense and unforked under 64 writers, some of whom give up and some of whom are killed in the middle (checklist 50)', async () => {
    await fill(0)
    const each = 50
    let written = 0
    await Promise.all(
      Array.from({ length: 64 }, async (_, writer) => {
        for (let number = 0; number < each; number += 1) {
          const fate = (writer + number) % 10
          const committed = await inTransaction(test.db, async (client) => {
            await appendAudit(client, entry(number, { actor: `w${writer}` }))
            if (fate === 0) throw new Error('gives up')
            // As kill -9 of its process ends it: the server sees the connection gone, with the row written and not committed.
            if (fate === 1) await client.query('SELECT pg_terminate_backend(pg_backend_pid())')
          }).then(
            () => true,
            () => false,
          )
          expect(committed).toBe(fate > 1)
          if (committed) written += 1
        }
      }),
    )
    expect(written).toBe(64 * each * 0.8)
    expect(await verifyAudit()).toMatchObject({ fine: true, rows: written })
  }, 90_000)

  it('refuses what is no entry', async () => {
    await expect(appendAudit(test.db.prisma, { ...entry(1), outcome: 'perhaps' as never })).rejects.toThrow()
  })
})

describe('reading', () => {
  it('filters by each field and pages backwards', async () => {
    await fill(5)
    await appendAudit(test.db.prisma, entry(6, { actor: 'eve', action: 'sign-in', outcome: 'refused', ip: '10.0.0.66', node: null }))
    const seqs = async (filter: object) => (await readAudit({ limit: 3, ...filter })).map((row) => row.seq)
    expect(await seqs({})).toEqual([6, 5, 4])
    expect(await seqs({ before: 4 })).toEqual([3, 2, 1])
    for (const filter of [{ actor: 'eve' }, { action: 'sign-in' }, { outcome: 'refused' }, { ip: '10.0.0.66' }]) expect(await seqs(filter)).toEqual([6])
    expect(await seqs({ node: 'n2', actor: 'ada' })).toEqual([2])
    expect(await seqs({ from: '2999-01-01T00:00:00Z' })).toEqual([])
    expect(await seqs({ to: '2000-01-01T00:00:00Z' })).toEqual([])
    expect((await readAudit({ limit: 1 }))[0]).toMatchObject({ actor: 'eve', detail: { number: 6 }, at: expect.stringMatching(/Z$/) })
  })

  it('shows a row that somebody has made unreadable', async () => {
    await fill(2)
    await tamper(`UPDATE "Audit" SET body = '"x"' WHERE seq = 2`)
    expect((await readAudit({ limit: 1 }))[0]).toMatchObject({ seq: 2, action: 'unreadable' })
  })
})

// Last, because the table stays as it is made here.
describe('a filter column made to lie', () => {
  it('is found', async () => {
    await fill(8)
    await tamper('ALTER TABLE "Audit" ALTER actor DROP EXPRESSION', `UPDATE "Audit" SET actor = 'eve' WHERE seq = 6`)
    expect(await verifyAudit()).toEqual({ fine: false, seq: 6, reason: 'row 6: actor is not what its text says' })
  })
})
