import { createServer } from 'node:net'
import { existsSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClaim, linkPath } from '#lib/auth/links.ts'
import { config as readConfig, siteUrl, type Config } from '#lib/config/environment.ts'
import { isAway } from '#lib/db/away.ts'
import { openDatabase, useDatabase, type Database } from '#lib/db/client.ts'
import { readMediaAddress, readSetting, writeSetting } from '#lib/db/settings.ts'
import { buildLock, checkWritable, parts, whyBuild, type Part } from './build.ts'
import { Complaint, toLine } from './complaint.ts'
import { prepareDataFolder } from './data-folder.ts'
import { openServer, prepareDatabase, type RunningDatabase } from './database.ts'
import { speaker } from './log.ts'
import { startFamily, type Family } from './processes.ts'
import { passwordsOfEnvironment } from './role-passwords.ts'
import { chooseUsers, ensureFolders } from './process-users.ts'
import { parseRack, registerRack, type Rack } from './rack.ts'
import { claimStart, inTurn } from './start-lock.ts'

const root = join(import.meta.dirname, '..')
const say = speaker('baseboard')
const claimLifeMs = 3_600_000
const rackNetworks = '127.0.0.0/8'

/** Asked before anything is started, because web would only find out when all else runs. */
function checkPort({ HOST, PORT }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', ({ code }: NodeJS.ErrnoException) => {
      const why = code === 'EADDRINUSE' ? 'is in use: choose another with PORT' : code === 'EACCES' ? 'may not be used by this user: choose another with PORT' : `cannot be used (${code})`
      reject(new Complaint(`port ${PORT} of ${HOST} ${why}`))
    })
    server.listen(PORT, HOST, () => server.close(() => resolve()))
  })
}

async function buildPart(part: Part): Promise<void> {
  const why = whyBuild(root, part)
  if (why === null) return
  const startedAt = performance.now()
  say(`${why}: building them (${part.takes})`)
  await part.build(root)
  say(`${part.name} are built (${Math.round((performance.now() - startedAt) / 1000)} s)`)
}

async function buildIfNeeded(): Promise<void> {
  if (parts.every((part) => whyBuild(root, part) === null)) return
  checkWritable(root)
  const buildOnce = async () => {
    for (const part of parts) await buildPart(part)
  }
  await inTurn(buildLock(root), buildOnce, ({ pid }) => say(`another start is building (process ${pid}): waiting for it`))
}

/** Waits for something that comes by itself; false when it has not come in time, or we are to end. */
async function until(come: () => Promise<boolean>, limitMs: number, signal: AbortSignal): Promise<boolean> {
  for (const end = performance.now() + limitMs; performance.now() < end && !signal.aborted; await sleep(200)) {
    if (await come().catch(() => false)) return true
  }
  return false
}

/** What the address answers with does not matter here: a certificate of the site's own would not be trusted by us. */
const webAnswers = ({ HOST, PORT, TLS_CERT }: Config) => async () => {
  const host = HOST === '0.0.0.0' ? '127.0.0.1' : HOST === '::' ? '::1' : HOST
  if (TLS_CERT === undefined) return (await fetch(`${siteUrl({ HOST: host, PORT, TLS_CERT })}/api/health`, { signal: AbortSignal.timeout(2_000) })).status === 200
  const { connect } = await import('node:net')
  return new Promise<boolean>((resolve) => {
    const socket = connect(PORT, host, () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

/** The address as a person on another machine would type it: 0.0.0.0 and :: stand for every address of this one. */
const addressOf = (config: Config) => siteUrl({ ...config, HOST: ['0.0.0.0', '::'].includes(config.HOST) ? hostname() : config.HOST })

/** Prints the link that makes the first administrator, and a new one when it has expired, as long as there is none. */
async function offerClaim(config: Config, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const link = await createClaim().catch((error: unknown) => (isAway(error) ? 'away' : Promise.reject(error)))
    if (link === null) return
    if (link === 'away') {
      await sleep(5_000, undefined, { signal }).catch(() => {})
      continue
    }
    say(`nobody has claimed it yet: open this link to become its administrator (it works once, for an hour)`)
    say(`  ${addressOf(config)}${linkPath('claim', link.token)}`)
    await sleep(claimLifeMs, undefined, { signal }).catch(() => {})
  }
}

/** Brings the simulated rack into the database, as soon as the conductor has said to which key passwords are sealed. */
async function admit(db: Database, rack: Rack, signal: AbortSignal): Promise<void> {
  const hasVault = await until(async () => (await readSetting('vault', db.prisma)) !== null, 60_000, signal)
  if (signal.aborted) return
  if (!hasVault) throw new Complaint('the conductor has not started, so the simulated rack cannot be added: see its lines above')
  const foreign = await registerRack(db, rack, (await readSetting('vault', db.prisma))!.publicKey)
  const others = foreign.length === 0 ? '' : `; not touched, because they are not of the demo: ${foreign.join(', ')}`
  say(`the simulated rack stands: ${rack.nodes.length} nodes${others}`)
}

function startRack(family: Family, config: Config, db: Database, signal: AbortSignal): void {
  const file = join(config.DATA_DIR, 'rack.json')
  const earlier = existsSync(file) ? ['--ports', file] : []
  family.start('simulator', {
    args: ['--nodes', String(config.DEMO_NODES), ...earlier],
    onLine(line) {
      const rack = parseRack(line)
      if (rack === null) return false
      writeFileSync(file, `${line}\n`, { mode: 0o600 })
      admit(db, rack, signal).catch((error: unknown) => say(toLine(error)))
      return true
    },
  })
}

type Running = { server?: RunningDatabase; db?: Database; family?: Family }

async function bringUp(config: Config, demo: boolean, running: Running, lock: Awaited<ReturnType<typeof claimStart>>, signal: AbortSignal): Promise<void> {
  const building = buildIfNeeded()
  building.catch(() => {})
  const server = (running.server = await openServer(config, speaker('postgres')))
  const roles = await prepareDatabase(server.url, passwordsOfEnvironment() ?? server.secrets.roles, say)
  const db = (running.db = openDatabase(server.url))
  useDatabase(db)
  await building
  if (signal.aborted) return
  const users = chooseUsers(root, config.DATA_DIR, say)
  ensureFolders(config.DATA_DIR, users)
  const networks = config.BMC_NETWORKS?.join(',') ?? (demo ? rackNetworks : undefined)
  // The demo's BMCs stand on this machine, so its images leave it by no door.
  const media: Record<string, string> = demo ? { DEPOT_HOST: process.env['DEPOT_HOST'] ?? '127.0.0.1' } : {}
  if (demo && (await readMediaAddress(db.prisma)).address === null) await writeSetting('mediaAddress', '127.0.0.1', db.prisma)
  const family = (running.family = startFamily({ root, config, urls: roles.urls, users, networks, media, lock }))
  if (demo) startRack(family, config, db, signal)
  for (const name of ['conductor', 'web', 'depot'] as const) family.start(name)
  if (!(await until(webAnswers(config), 60_000, signal)) && !signal.aborted) say('web has not answered in 60 s: see its lines above')
  if (signal.aborted) return
  say(`ready in ${(process.uptime()).toFixed(1)} s: ${addressOf(config)}`)
  await offerClaim(config, signal)
}

async function takeDown({ family, db, server }: Running): Promise<void> {
  await family?.stop()
  await db?.close().catch(() => {})
  await server?.stop()
}

/** Starts everything and stays until SIGTERM, SIGINT or SIGHUP; then stops everything, in less than 10 s. Gives the exit code. */
export async function run({ demo }: { demo: boolean }): Promise<number> {
  const config = readConfig()
  prepareDataFolder(config.DATA_DIR)
  const lock = await claimStart(config.DATA_DIR, say)
  const stopping = new AbortController()
  const running: Running = {}
  const told = new Promise<void>((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => resolve())
  })
  try {
    await checkPort(config)
    const up = bringUp(config, demo, running, lock, stopping.signal)
    const failed = new Promise<never>((_, reject) => up.catch(reject))
    failed.catch(() => {})
    await Promise.race([told, failed])
    say('stopping')
    return 0
  } finally {
    stopping.abort()
    await takeDown(running)
    lock.release()
  }
}
