import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import type { TestProject } from 'vitest/node'
import { migrate } from '#lib/db/migrate.ts'
import { startCluster, superuserUrl, type Cluster } from '../supervisor/cluster.ts'
import { findPostgres } from '../supervisor/postgres-binaries.ts'
import { ensureUser, isRoot } from '../supervisor/users.ts'

/**
 * One PostgreSQL for the whole run, started when the first test file asks for it (`tests/database.ts`), so that tests of pure code
 * pay nothing. It owns a migrated template, of which each file gets a copy.
 */

declare module 'vitest' {
  export interface ProvidedContext {
    databaseDoor: string
  }
}

/** What a worker is told: the superuser, and the ordinary owner that stands for the role of DATABASE_URL. */
export type TestServer = { superuserUrl: string; ownerPassword: string; port: number }

export const templateName = 'baseboard_template'
const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=400', 'log_min_messages=panic']

async function prepare(port: number, password: string, ownerPassword: string): Promise<void> {
  const client = new Client({ connectionString: superuserUrl(port, password) })
  await client.connect()
  await client.query(`CREATE ROLE baseboard LOGIN CREATEROLE CREATEDB PASSWORD '${ownerPassword}'`)
  await client.query(`CREATE DATABASE ${templateName} OWNER baseboard`)
  await client.end()
  await migrate(`postgresql://baseboard:${ownerPassword}@127.0.0.1:${port}/${templateName}`)
}

export default function setup(project: TestProject) {
  const folder = mkdtempSync(join(tmpdir(), 'baseboard-tests-'))
  let cluster: Promise<Cluster> | undefined
  let told: Promise<TestServer> | undefined

  async function start(): Promise<TestServer> {
    const user = isRoot() ? ensureUser('baseboard-db') : undefined
    chmodSync(folder, 0o755)
    const [password, ownerPassword] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')]
    const say = () => {}
    cluster = startCluster({ folder: join(folder, 'postgres'), binaries: findPostgres(user, say), password, user, settings, say })
    const { port } = await cluster
    await prepare(port, password, ownerPassword)
    return { superuserUrl: superuserUrl(port, password), ownerPassword, port }
  }

  const door: Server = createServer((_, response) => {
    told ??= start()
    told.then(
      (server) => response.end(JSON.stringify(server)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  return new Promise<() => Promise<void>>((resolve) => {
    door.listen(0, '127.0.0.1', () => {
      project.provide('databaseDoor', `http://127.0.0.1:${(door.address() as { port: number }).port}/`)
      resolve(async () => {
        door.close()
        await told?.catch(() => {})
        await (await cluster)?.stop()
        rmSync(folder, { recursive: true, force: true })
      })
    })
  })
}
