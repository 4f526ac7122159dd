import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { readPidFile, startCluster, superuserUrl, type ClusterPlan } from './cluster.ts'
import { findPostgres } from './postgres-binaries.ts'
import { isAlive } from './process-identity.ts'
import { ensureUser, isRoot } from './users.ts'

let folder: string
let plan: ClusterPlan
const lines: string[] = []

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cluster-'))
  chmodSync(folder, 0o755)
  const user = isRoot() ? ensureUser('baseboard-db') : undefined
  const say = (line: string) => lines.push(line)
  plan = { folder: join(folder, 'postgres'), binaries: findPostgres(user, say), password: 'pässword', user, say, settings: ['fsync=off'] }
})
afterAll(async () => {
  const left = readPidFile(plan.folder)
  if (left !== null && isAlive(left.pid)) process.kill(left.pid, 'SIGQUIT')
  rmSync(folder, { recursive: true, force: true })
})

async function ask(port: number, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: superuserUrl(port, plan.password) })
  await client.connect()
  try {
    return Object.values((await client.query(sql)).rows[0] ?? {})[0]
  } finally {
    await client.end()
  }
}

it('makes a cluster in UTF-8 on loopback behind a password, even after an initialisation that was cut off', async () => {
  mkdirSync(`${plan.folder}.new/base`, { recursive: true })
  const cluster = await startCluster(plan)
  expect(await ask(cluster.port, 'SHOW server_encoding')).toBe('UTF8')
  expect(await ask(cluster.port, `SELECT lower('ÄÖ')`)).toBe('äö')
  expect(await ask(cluster.port, 'SHOW listen_addresses')).toBe('127.0.0.1')
  expect(await ask(cluster.port, `SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules`)).toBe('scram-sha-256')
  await ask(cluster.port, 'CREATE TABLE kept (a int)')
  await cluster.stop()
  expect(existsSync(`${plan.folder}.password`)).toBe(false)
})

it('takes over from a server that an earlier start left behind, with its data', async () => {
  const left = await startCluster(plan)
  const pid = readPidFile(plan.folder)!.pid
  lines.length = 0
  const cluster = await startCluster(plan)
  expect(isAlive(pid)).toBe(false)
  await left.ended
  expect(lines).toContain(`stopping the database that an earlier start left behind (process ${pid})`)
  expect(await ask(cluster.port, 'SELECT count(*) FROM kept')).toBe('0')
  await cluster.stop()
})

it('recovers from a server that was killed, and from a pid file that names another program', async () => {
  const killed = await startCluster(plan)
  process.kill(readPidFile(plan.folder)!.pid, 'SIGKILL')
  await killed.ended
  const pidFile = join(plan.folder, 'postmaster.pid')
  expect(existsSync(pidFile)).toBe(true)
  writeFileSync(pidFile, `${process.pid}\n${plan.folder}\n1\n5432\n\n127.0.0.1\n`)
  // The killed server's own children notice and go; until then the data is theirs.
  const cluster = await vi.waitFor(() => startCluster(plan), { timeout: 10_000, interval: 500 })
  expect(await ask(cluster.port, 'SELECT count(*) FROM kept')).toBe('0')
  await cluster.stop()
})

it('says what is wrong with a folder that is not its own, and leaves it alone', async () => {
  const foreign = join(folder, 'foreign')
  mkdirSync(foreign)
  writeFileSync(join(foreign, 'thesis.txt'), 'x')
  await expect(startCluster({ ...plan, folder: foreign })).rejects.toThrow(/is no PostgreSQL data folder/)
  expect(existsSync(join(foreign, 'thesis.txt'))).toBe(true)
  const older = join(folder, 'older')
  mkdirSync(older)
  writeFileSync(join(older, 'PG_VERSION'), '15\n')
  await expect(startCluster({ ...plan, folder: older })).rejects.toThrow(/belongs to PostgreSQL 15, and this is 18/)
})
