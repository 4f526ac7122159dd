import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { Complaint } from './complaint.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'
import { isAlive, worksIn } from './process-identity.ts'
import type { SystemUser } from './users.ts'

/** An embedded PostgreSQL: its data folder, who runs it, and the superuser's password. It listens on loopback alone. */
export type ClusterPlan = {
  folder: string
  binaries: PostgresBinaries
  password: string
  user?: SystemUser | undefined
  port?: number | undefined
  /** Further `-c name=value` settings. */
  settings?: readonly string[]
  say: (line: string) => void
}

export type Cluster = {
  port: number
  /** Resolves when the server has ended, whoever ended it. */
  ended: Promise<void>
  /** Ends it: fast (open transactions are rolled back), and at once where that takes too long. */
  stop: () => Promise<void>
}

const startMs = 120_000
const stopMs = 6_000
const superuser = 'postgres'

const baseSettings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'timezone=UTC',
  'log_timezone=UTC',
  'log_min_messages=warning',
  // A container's /dev/shm has 64 MB, in which parallel queries fail; ours are small.
  'max_parallel_workers_per_gather=0',
]

export const superuserUrl = (port: number, password: string, database = 'postgres') =>
  `postgresql://${superuser}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`

/** Only what the programs need: nothing of our environment (which may hold secrets) goes to them. */
const environment = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } as unknown as NodeJS.ProcessEnv

const as = (user: SystemUser | undefined) => (user === undefined ? {} : { uid: user.uid, gid: user.gid })

function give(path: string, user: SystemUser | undefined): void {
  if (user !== undefined) chownSync(path, user.uid, user.gid)
}

/** Makes the data folder beside its final place and renames it, so that an initialisation that was cut off is not taken for a cluster. */
function initialise({ folder, binaries, password, user, say }: ClusterPlan): void {
  const draft = `${folder}.new`
  const passwordFile = `${folder}.password`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { mode: 0o700 })
  give(draft, user)
  writeFileSync(passwordFile, password, { mode: 0o600 })
  give(passwordFile, user)
  try {
    const flags = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-locale', '--auth=scram-sha-256']
    const args = ['-D', draft, '-U', superuser, `--pwfile=${passwordFile}`, ...flags]
    const { status, stderr, error } = spawnSync(binaries.initdb, args, { ...as(user), cwd: dirname(binaries.initdb), env: environment, encoding: 'utf8' })
    if (status !== 0) throw new Complaint(`initdb could not make ${folder}: ${(error?.message ?? stderr).trim().split('\n').at(-1)}`)
  } finally {
    rmSync(passwordFile, { force: true })
  }
  renameSync(draft, folder)
  say(`made a new database in ${folder}`)
}

/** Process id and port of the server that wrote postmaster.pid (lines 1 and 4), or null. */
export function readPidFile(folder: string): { pid: number; port: number } | null {
  const file = join(folder, 'postmaster.pid')
  if (!existsSync(file)) return null
  const lines = readFileSync(file, 'utf8').split('\n')
  const [pid, port] = [Number(lines[0]), Number(lines[3])]
  return Number.isInteger(pid) && pid > 1 ? { pid, port } : null
}

async function waitForEnd(pid: number, limitMs: number): Promise<boolean> {
  for (const end = Date.now() + limitMs; Date.now() < end; await sleep(50)) if (!isAlive(pid)) return true
  return !isAlive(pid)
}

/** A supervisor that was killed leaves its server running: end it, properly. A file whose process is another program is only removed. */
async function stopOrphan({ folder, say }: ClusterPlan): Promise<void> {
  const left = readPidFile(folder)
  if (left === null || !isAlive(left.pid)) return
  if (worksIn(left.pid, folder) === false) return rmSync(join(folder, 'postmaster.pid'), { force: true })
  say(`stopping the database that an earlier start left behind (process ${left.pid})`)
  process.kill(left.pid, 'SIGINT')
  if (await waitForEnd(left.pid, stopMs)) return
  process.kill(left.pid, 'SIGQUIT')
  if (!(await waitForEnd(left.pid, stopMs))) throw new Complaint(`the database of an earlier start (process ${left.pid}) does not end: end it by hand`)
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return true
  } catch (error) {
    if ((error as { code?: string }).code === '28P01') throw new Complaint('the database refuses the password in DATA_DIR/database.json: restore that file from a backup')
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

async function untilReady(server: ChildProcess, url: string, lastLine: () => string): Promise<void> {
  for (const end = Date.now() + startMs; Date.now() < end; await sleep(25)) {
    if (server.exitCode !== null || server.signalCode !== null) throw new Complaint(`PostgreSQL did not start: ${lastLine()}`)
    if (await answers(url)) return
  }
  throw new Complaint(`PostgreSQL did not answer within ${startMs / 1000} s: ${lastLine()}`)
}

/** Is what lies in the folder ours to start? Says so when it is of another PostgreSQL, or no cluster at all. */
function checkData({ folder, binaries }: ClusterPlan): void {
  const has = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim()
  const { stdout } = spawnSync(binaries.postgres, ['--version'], { encoding: 'utf8', cwd: dirname(binaries.postgres), env: environment })
  const [, runs] = /(\d+)\./.exec(stdout ?? '') ?? []
  if (runs !== undefined && runs !== has) throw new Complaint(`${folder} belongs to PostgreSQL ${has}, and this is ${runs}: dump and restore it, or start the version that wrote it`)
}

/** Starts the server on its folder; makes the folder where there is none, and never where there is one. */
export async function startCluster(plan: ClusterPlan): Promise<Cluster> {
  const { folder, binaries, password, user } = plan
  if (!existsSync(folder)) initialise(plan)
  else if (!existsSync(join(folder, 'PG_VERSION'))) throw new Complaint(`${folder} is no PostgreSQL data folder: move it away, or choose another DATA_DIR`)
  else checkData(plan)
  await stopOrphan(plan)

  const port = plan.port ?? (await freePort())
  const settings = [...baseSettings, ...(plan.settings ?? [])].flatMap((setting) => ['-c', setting])
  // In a group of its own, so that Ctrl-C in the terminal does not end it before those who use it.
  const server = spawn(binaries.postgres, ['-D', folder, '-p', String(port), ...settings], {
    ...as(user),
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  let last = 'it said nothing'
  createInterface({ input: server.stderr! }).on('line', (line) => {
    last = line
    if (/FATAL|PANIC|ERROR|WARNING/.test(line) && !/the database system is/.test(line)) plan.say(line)
  })
  const ended = new Promise<void>((resolve) => {
    server.once('exit', () => resolve())
    server.once('error', (error) => {
      last = error.message
      resolve()
    })
  })
  await untilReady(server, superuserUrl(port, password), () => last)
  return { port, ended, stop: () => stop(server, ended) }
}

async function stop(server: ChildProcess, ended: Promise<void>): Promise<void> {
  server.kill('SIGINT')
  const limit = new AbortController()
  const late = sleep(stopMs, 'late', { signal: limit.signal }).catch(() => 'ended')
  if ((await Promise.race([ended, late])) === 'late') server.kill('SIGQUIT')
  limit.abort()
  await ended
}
