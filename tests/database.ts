import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, inject } from 'vitest'
import { openDatabase, useDatabase, type Database } from '#lib/db/client.ts'
import { ensureRoles, type RoleUrls } from '#lib/db/roles.ts'
import { templateName, type TestServer } from './global-setup.ts'

/** A fresh, migrated database of this test file alone. Its fields are filled before the first test runs. */
export type TestDatabase = {
  /** As the role that DATABASE_URL names: owns the tables, is no superuser. */
  url: string
  superuserUrl: string
  db: Database
  /** The URLs under which web, conductor and depot run when the database may be divided; made on first use. */
  roles: () => Promise<RoleUrls>
}

async function ask(): Promise<TestServer> {
  const answer = await fetch(inject('databaseDoor'))
  if (!answer.ok) throw new Error(`the tests' PostgreSQL did not start: ${await answer.text()}`)
  return (await answer.json()) as TestServer
}

async function asSuperuser(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

/**
 * Call it at the top of a test file (or of a `describe`). `database()` and `prisma()` of lib/db answer with this database until the
 * file ends. To test a room under its own role: `useDatabase(openDatabase((await test.roles()).web))`.
 */
export function withDatabase(): TestDatabase {
  const test = {} as TestDatabase
  const name = `test_${randomBytes(6).toString('hex')}`
  let server: TestServer | undefined
  beforeAll(async () => {
    const { superuserUrl, ownerPassword, port } = (server = await ask())
    await asSuperuser(superuserUrl, `CREATE DATABASE ${name} TEMPLATE ${templateName} OWNER baseboard`)
    test.url = `postgresql://baseboard:${ownerPassword}@127.0.0.1:${port}/${name}`
    test.superuserUrl = superuserUrl.replace(/\/postgres$/, `/${name}`)
    test.db = openDatabase(test.url)
    let roles: Promise<RoleUrls> | undefined
    test.roles = () => (roles ??= makeRoles(test.url))
    useDatabase(test.db)
  })
  afterAll(async () => {
    useDatabase(undefined)
    await test.db?.close()
    if (server !== undefined) await asSuperuser(server.superuserUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  })
  return test
}

async function makeRoles(url: string): Promise<RoleUrls> {
  const password = () => randomBytes(16).toString('hex')
  const made = await ensureRoles(url, { web: password(), conductor: password(), depot: password() })
  if (!made.divided) throw new Error(made.reason)
  return made.urls
}
