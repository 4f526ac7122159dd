import { setTimeout as sleep } from 'node:timers/promises'
import { Client, type DatabaseError } from 'pg'
import { isAway } from '#lib/db/away.ts'
import { migrate } from '#lib/db/migrate.ts'
import { ensureRoles, type RolePasswords, type Roles } from '#lib/db/roles.ts'
import type { Config } from '#lib/config/environment.ts'
import { Complaint, toLine } from './complaint.ts'
import { ensureSecrets, type DatabaseSecrets } from './data-folder.ts'
import { findEmbedded, startEmbedded } from './embedded-database.ts'

export type RunningDatabase = { url: string; secrets: DatabaseSecrets; stop: () => Promise<void> }

const backOffMs = [200, 500, 1_000, 2_000, 5_000]
const steadyMs = 30_000

/** Where a URL points, without its password. */
const placeOf = (url: string) => {
  const { hostname, port, pathname } = new URL(url)
  return `${hostname}:${port === '' ? 5432 : port}${pathname}`
}

/** Starts the embedded PostgreSQL and keeps it running. */
async function keepEmbedded(dataFolder: string, say: (line: string) => void): Promise<RunningDatabase> {
  const { url, secrets, cluster, restart } = await startEmbedded(dataFolder, say)
  let current = cluster
  let stopping = false
  const watch = (async () => {
    for (let failures = 0, startedAt = performance.now(); ; ) {
      await current.ended
      if (stopping) return
      if (performance.now() - startedAt > steadyMs) failures = 0
      const pause = backOffMs[Math.min(failures++, backOffMs.length - 1)]!
      say(`PostgreSQL ended; starting it again in ${pause / 1000} s`)
      await sleep(pause)
      if (stopping) return
      startedAt = performance.now()
      current = await restart().catch((error: unknown) => {
        say(toLine(error))
        return current
      })
    }
  })()
  return {
    url,
    secrets,
    async stop() {
      stopping = true
      await current.stop()
      await watch
    },
  }
}

/** Waits until a PostgreSQL that is not ours answers; what waiting does not mend is a complaint. */
async function untilReached(url: string, say: (line: string) => void): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
    client.on('error', () => {})
    try {
      await client.connect()
      return
    } catch (error) {
      const { code } = error as DatabaseError
      if (!isAway(error)) throw new Complaint(`DATABASE_URL (${placeOf(url)}): ${toLine(error)}${code === undefined ? '' : ` (${code})`}`)
      if (attempt === 0) say(`DATABASE_URL (${placeOf(url)}) cannot be reached: trying again until it can`)
      await sleep(backOffMs[Math.min(attempt, backOffMs.length - 1)])
    } finally {
      await client.end().catch(() => {})
    }
  }
}

/** The database of this start: the one of DATABASE_URL, else our own. */
export async function openServer(config: Config, say: (line: string) => void): Promise<RunningDatabase> {
  if (config.DATABASE_URL === undefined) return keepEmbedded(config.DATA_DIR, say)
  await untilReached(config.DATABASE_URL, say)
  return { url: config.DATABASE_URL, secrets: ensureSecrets(config.DATA_DIR, null), stop: async () => {} }
}

/** Brings the tables up to date and gives each process its role. */
export async function prepareDatabase(url: string, passwords: RolePasswords, say: (line: string) => void): Promise<Roles> {
  const applied = await migrate(url)
  if (applied.length > 0) say(`the database was brought up to date: ${applied.join(', ')}`)
  const roles = await ensureRoles(url, passwords)
  if (!roles.divided) say(roles.reason)
  return roles
}

/** The database that a command line tool shall speak to. */
export function findDatabase(config: Config): string {
  const url = config.DATABASE_URL ?? findEmbedded(config.DATA_DIR)
  if (url === null) throw new Complaint(`no database runs on DATA_DIR ${config.DATA_DIR}: start Baseboard first (npm start), or set DATABASE_URL`)
  return url
}
