import { chmodSync, chownSync, copyFileSync, existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { processes, type Process } from '#lib/db/grants.ts'
import type { Config } from '#lib/config/environment.ts'
import { depotFolderName, relayFolderName } from '#lib/config/relay.ts'
import { bundleOf, entries } from './bundle.ts'
import { ensureFolder } from './data-folder.ts'
import { ensureUser, isRoot, reaches, type SystemUser } from './users.ts'

export type ProcessUsers = Partial<Record<Process, SystemUser>>

/** What a process must be able to read before it can run at all. */
const needs = (root: string) => ['package.json', 'node_modules/next/package.json', bundleOf(entries.conductor), '.next/BUILD_ID'].map((path) => join(root, path))

/**
 * As root, each process gets a user of its own, so that a hole in web reads neither the conductor's keys nor the images. Where that
 * cannot be, all run as the one who starts, and a line says why.
 */
export function chooseUsers(root: string, dataFolder: string, say: (line: string) => void): ProcessUsers {
  const together = `web, conductor and depot run as ${userInfo().username}, so a hole in web could reach the conductor's keys`
  if (!isRoot()) {
    say(`${together}: start as root, or with docker-compose.yml, to divide them`)
    return {}
  }
  const users = processes.map((process) => [process, ensureUser(`baseboard-${process}`)] as const)
  for (const [, user] of users) {
    const closed = [process.execPath, dataFolder, ...needs(root)].find((path) => existsSync(path) && !reaches(user, path))
    if (closed === undefined) continue
    say(`${together}: the user ${user.name} cannot reach ${closed}`)
    return {}
  }
  return Object.fromEntries(users)
}

/** The folders of the processes in DATA_DIR, each closed to the others. */
export function ensureFolders(dataFolder: string, users: ProcessUsers): void {
  ensureFolder(join(dataFolder, 'web'), users.web)
  ensureFolder(join(dataFolder, 'conductor'), users.conductor)
  ensureFolder(join(dataFolder, 'images'), users.depot)
  ensureRelayFolder(join(dataFolder, relayFolderName), users.conductor, users.web)
  ensureRelayFolder(join(dataFolder, depotFolderName), users.depot, users.web)
  for (const name of ['kek.key', 'inbox.key', 'audit.key', 'audit-checkpoints.jsonl']) {
    const file = join(dataFolder, 'conductor', name)
    if (users.conductor !== undefined && existsSync(file)) chownSync(file, users.conductor.uid, users.conductor.gid)
  }
}

/**
 * Where the conductor or the depot listens for web: it writes there, web enters. The set-group-id bit gives the sockets web's group, which
 * its owner, being no member of it, could not.
 */
function ensureRelayFolder(path: string, owner: SystemUser | undefined, web: SystemUser | undefined): void {
  ensureFolder(path, owner)
  if (owner === undefined || web === undefined) return
  chownSync(path, owner.uid, web.gid)
  chmodSync(path, 0o2750)
}

/** The TLS files as web's user can read them: a key that only root may read is copied into web's own folder, at every start. */
export function shareTls(config: Config, web: SystemUser | undefined): Record<string, string> {
  if (config.TLS_CERT === undefined || config.TLS_KEY === undefined) return {}
  const share = (path: string, name: string) => {
    if (web === undefined || reaches(web, path)) return path
    const copy = join(config.DATA_DIR, 'web', name)
    copyFileSync(path, copy)
    chmodSync(copy, 0o600)
    chownSync(copy, web.uid, web.gid)
    return copy
  }
  return { TLS_CERT: share(config.TLS_CERT, 'tls-cert.pem'), TLS_KEY: share(config.TLS_KEY, 'tls-key.pem') }
}

/** A user other than root may not listen below 1024; setpriv (util-linux) gives it this one right and no other. */
export function lowPortWrapper(ports: readonly (number | null)[], user: SystemUser | undefined): string[] | undefined {
  const isLow = ports.some((port) => port !== null && port < 1024)
  if (user === undefined || !isLow || spawnSync('setpriv', ['--version'], { stdio: 'ignore' }).status !== 0) return undefined
  const right = '+net_bind_service'
  return ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', `--inh-caps=-all,${right}`, `--ambient-caps=-all,${right}`, '--bounding-set=-all,+net_bind_service']
}
