import { createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withDatabase } from '../../tests/database.ts'
import { DatabaseAway, isAway } from './away.ts'
import { inTransaction, openDatabase, type Database } from './client.ts'

const test = withDatabase()

/** A server that takes every connection and closes it at once, as a Postgres does that goes down. */
let closing: Server
beforeAll(() => new Promise<void>((resolve) => (closing = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1', resolve))))
afterAll(() => void closing.close())

const nowhere = 'postgresql://u:canary@127.0.0.1:1/x'
const closed = () => `postgresql://u:canary@127.0.0.1:${(closing.address() as { port: number }).port}/x`

const asks: [string, (db: Database) => Promise<unknown>][] = [
  ['a model', (db) => db.prisma.node.findMany()],
  ['raw SQL of Prisma', (db) => db.prisma.$queryRaw`SELECT 1`],
  ['a transaction of Prisma', (db) => db.prisma.$transaction(async (tx) => tx.node.count())],
  ['the pool', (db) => db.pool.query('SELECT 1')],
  ['a transaction of pg', (db) => inTransaction(db, async (client) => client.query('SELECT 1'))],
]

describe('a database that is away', () => {
  it.each(asks)('throws DatabaseAway from %s, without the password', async (_, ask) => {
    for (const url of [nowhere, closed()]) {
      const db = openDatabase(url)
      const error = await ask(db).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      expect(error).toBeInstanceOf(DatabaseAway)
      expect(String((error as Error).stack)).not.toContain('canary')
      await db.close()
    }
  })

  it.each(asks)('comes back to %s after its connections were ended', async (_, ask) => {
    const db = openDatabase(test.url)
    await ask(db)
    await test.db.pool.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
    const answered = async () => {
      for (let attempt = 0; attempt < 20; attempt += 1) {
        const outcome = await ask(db).then(
          () => 'answered',
          (error: unknown) => (error instanceof DatabaseAway ? 'away' : String(error)),
        )
        if (outcome !== 'away') return outcome
      }
      return 'still away'
    }
    expect(await answered()).toBe('answered')
    await db.close()
  })

  it('is not what a fault of ours is taken for', async () => {
    const wrong = await test.db.pool.query('SELECT nonsense').catch((error: unknown) => error)
    expect(wrong).not.toBeInstanceOf(DatabaseAway)
    const twice = { name: 'n1', address: 'a', protocol: 'auto' }
    await test.db.prisma.node.create({ data: twice })
    const clash = await test.db.prisma.node.create({ data: twice }).catch((error: unknown) => error)
    expect(clash).toMatchObject({ code: 'P2002' })
    for (const error of [null, 'text', new Error('plain'), { code: '42501' }, { code: 'P2002' }]) expect(isAway(error)).toBe(false)
  })
})

describe('inTransaction', () => {
  it('keeps all or nothing, and gives the connection back', async () => {
    const count = async () => Number((await test.db.pool.query<{ n: string }>('SELECT count(*) AS n FROM "Setting"')).rows[0]!.n)
    const before = await count()
    for (let number = 0; number < 30; number += 1) {
      await inTransaction(test.db, async (client) => {
        await client.query(`INSERT INTO "Setting" (key, value) VALUES ($1, '1')`, [`k${number}`])
        throw new Error('no')
      }).catch(() => {})
    }
    expect(await count()).toBe(before)
    await inTransaction(test.db, (client) => client.query(`INSERT INTO "Setting" (key, value) VALUES ('kept', '1')`))
    expect(await count()).toBe(before + 1)
  })
})
