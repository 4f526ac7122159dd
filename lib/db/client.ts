import { PrismaPg } from '@prisma/adapter-pg'
import { Pool, type PoolClient } from 'pg'
import { PrismaClient, type Prisma } from '#gen/prisma/client.ts'
import { config, ConfigError } from '#lib/config/environment.ts'
import { rethrow } from './away.ts'

/**
 * One pool of connections per process, spoken to in two ways: `prisma` for the verbs of this room, `pool` for the SQL that Prisma
 * cannot say (COPY, unnest, functions). Both throw DatabaseAway when Postgres is away.
 */
export type Database = { url: string; prisma: PrismaClient; pool: Pool; close: () => Promise<void> }

/** What a verb takes when it must run inside its caller's transaction. */
export type Transaction = Prisma.TransactionClient

const poolSize = 10
const connectTimeoutMs = 5_000

/** Every model call goes through the extension; `$transaction` and the raw calls are methods of the client itself. */
function guarded(client: PrismaClient): PrismaClient {
  const extended = client.$extends({
    query: { $allOperations: ({ args, query }) => query(args).catch(rethrow) },
  }) as unknown as PrismaClient
  return new Proxy(extended, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (name !== '$transaction' || typeof member !== 'function') return member
      return (...args: unknown[]) => (member.apply(target, args) as Promise<unknown>).catch(rethrow)
    },
  })
}

/**
 * Opens a database. Nothing is connected until the first query. An idle connection that breaks is replaced at the next query;
 * the pool's error event must have a listener, or Node ends the process.
 */
export function openDatabase(url: string): Database {
  const pool = new Pool({ connectionString: url, max: poolSize, connectionTimeoutMillis: connectTimeoutMs, keepAlive: true, application_name: 'baseboard' })
  pool.on('error', () => {})
  const plainQuery = pool.query.bind(pool) as (...args: unknown[]) => unknown
  const prisma = guarded(new PrismaClient({ adapter: new PrismaPg(pool) }))
  const guardedPool = new Proxy(pool, {
    get(target, name) {
      if (name === 'query') {
        return (...args: unknown[]) => {
          const answer = plainQuery(...args)
          return answer instanceof Promise ? answer.catch(rethrow) : answer
        }
      }
      const member: unknown = Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
  return {
    url,
    prisma,
    pool: guardedPool,
    async close() {
      await prisma.$disconnect()
      await pool.end()
    },
  }
}

/** Next bundles this module apart from server.ts; only globalThis is shared between the copies (stack.md §1). */
const shared = globalThis as typeof globalThis & { baseboardDatabase?: Database }

/** The database of this process, from DATABASE_URL. */
export function database(): Database {
  const url = config().DATABASE_URL
  if (shared.baseboardDatabase === undefined && url === undefined) {
    throw new ConfigError('DATABASE_URL is not set: start with npm start, which brings its own Postgres, or give one')
  }
  return (shared.baseboardDatabase ??= openDatabase(url!))
}

/** Makes `database()` answer with this one: for tests and for tools that find their database another way. */
export function useDatabase(db: Database | undefined): void {
  shared.baseboardDatabase = db
}

/** The Prisma client of this process. */
export const prisma = (): PrismaClient => database().prisma

/** Runs SQL of `pg` in one transaction on one connection; rolled back when `work` throws. */
export async function inTransaction<T>(db: Database, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await db.pool.connect().catch(rethrow)
  let broken: unknown
  client.on('error', (error) => (broken = error))
  try {
    await client.query('BEGIN')
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch((failure: unknown) => (broken = failure))
    return rethrow(error)
  } finally {
    client.removeAllListeners('error')
    client.release(broken instanceof Error ? broken : undefined)
  }
}
