import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import type { TestProject } from 'vitest/node'
import { openDatabase, useDatabase } from '#lib/db/client.ts'
import { ensureRoles } from '#lib/db/roles.ts'
import startTestServer, { templateName, type TestServer } from '../tests/global-setup.ts'

/** The tests' own PostgreSQL, which is thrown away: it waits for no disk. */
export async function openScratchDatabase() {
  let door = ''
  const stop = await startTestServer({ provide: (_: string, address: string) => (door = address) } as unknown as TestProject)
  const answer = await fetch(door)
  if (!answer.ok) throw new Error(`PostgreSQL did not start: ${await answer.text()}`)
  const { superuserUrl, ownerPassword, port } = (await answer.json()) as TestServer
  const admin = new Client({ connectionString: superuserUrl })
  await admin.connect()
  await admin.query(`CREATE DATABASE bench TEMPLATE ${templateName} OWNER baseboard`)
  await admin.end()
  const url = `postgresql://baseboard:${ownerPassword}@127.0.0.1:${port}/bench`
  const db = openDatabase(url)
  useDatabase(db)
  return {
    url,
    superuserUrl,
    db,
    async roles() {
      const password = () => randomBytes(16).toString('hex')
      const made = await ensureRoles(url, { web: password(), conductor: password(), depot: password() })
      if (!made.divided) throw new Error(made.reason)
      return made.urls
    },
    async close() {
      useDatabase(undefined)
      await db.close()
      await stop()
    },
  }
}
