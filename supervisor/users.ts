import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { Complaint } from './complaint.ts'

/** A system user that a process runs under. */
export type SystemUser = { name: string; uid: number; gid: number }

export const isRoot = () => process.getuid?.() === 0

function idOf(flag: '-u' | '-g', name: string): number | undefined {
  const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' })
  return status === 0 ? Number(stdout) : undefined
}

function find(name: string): SystemUser | undefined {
  const [uid, gid] = [idOf('-u', name), idOf('-g', name)]
  return uid === undefined || gid === undefined || uid === 0 ? undefined : { name, uid, gid }
}

/** As root: the user of this name, made when missing (no home, no shell). Debian's and BusyBox' commands are known. */
export function ensureUser(name: string): SystemUser {
  const there = find(name)
  if (there !== undefined) return there
  const made = [
    ['useradd', '--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin', name],
    ['adduser', '-S', '-D', '-H', '-h', '/nonexistent', '-s', '/sbin/nologin', name],
  ].some(([command, ...args]) => spawnSync(command!, args, { stdio: 'ignore' }).status === 0)
  const user = find(name)
  if (!made || user === undefined) throw new Complaint(`the system user ${name} is missing and could not be made: run "useradd --system ${name}", or start as an ordinary user`)
  return user
}

/** Can this user read (and enter) the path, with every folder above it? Asked of the kernel, so that ACLs count too. */
export function reaches(user: SystemUser, path: string): boolean {
  const script = 'test -r "$1" && { test ! -d "$1" || test -x "$1"; }'
  return existsSync(path) && spawnSync('/bin/sh', ['-c', script, 'sh', path], { uid: user.uid, gid: user.gid, cwd: '/', stdio: 'ignore' }).status === 0
}
