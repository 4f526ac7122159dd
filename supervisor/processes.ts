import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '#lib/config/environment.ts'
import { processes } from '#lib/db/grants.ts'
import type { RoleUrls } from '#lib/db/roles.ts'
import { bundleOf, entries } from './bundle.ts'
import { keepRunning, type Child } from './child.ts'
import { speaker } from './log.ts'
import { lowPortWrapper, shareTls, type ProcessUsers } from './process-users.ts'
import type { StartLock } from './start-lock.ts'

/** What no process needs of our environment: each gets the one database URL of its own. */
const withheld = new Set(['DATABASE_URL', 'WEB_DATABASE_PASSWORD', 'CONDUCTOR_DATABASE_PASSWORD', 'DEPOT_DATABASE_PASSWORD', 'AUDIT_WEBHOOK_SECRET'])

function environment(config: Config, more: Record<string, string | undefined>): NodeJS.ProcessEnv {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !withheld.has(name)))
  const env = { ...inherited, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', BASEBOARD_SUPERVISED: '1', DATA_DIR: config.DATA_DIR, ...more }
  return env as NodeJS.ProcessEnv
}

/** The ports of a process, of which those below 1024 need a right. */
function portsOf(name: keyof typeof entries, config: Config): (number | null)[] {
  if (name === 'web') return [config.PORT]
  return name === 'depot' ? [config.DEPOT_HTTP_PORT, config.DEPOT_HTTPS_PORT, config.DEPOT_NFS_PORT, config.DEPOT_PORTMAP_PORT] : []
}

export type Family = {
  start: (name: keyof typeof entries, more?: { args?: string[]; onLine?: (line: string) => boolean }) => Child
  /** Ends all of them at once and waits: web, conductor, depot, simulator. */
  stop: () => Promise<void>
}

type Plan = { root: string; config: Config; urls: RoleUrls; users: ProcessUsers; networks: string | undefined; media: Record<string, string>; lock: StartLock }

/** The processes of one start: each under its user, with its database URL, kept running. */
export function startFamily({ root, config, urls, users, networks, media, lock }: Plan): Family {
  const children = new Set<Child>()
  const note = () => lock.note([...children].map((child) => child.pid()).filter((pid) => pid !== undefined))
  return {
    start(name, { args = [], onLine } = {}) {
      const process = processes.find((known) => known === name)
      const user = process === undefined ? undefined : users[process]
      const own = {
        ...(process === undefined ? {} : { DATABASE_URL: urls[process] }),
        ...(networks === undefined ? {} : { BMC_NETWORKS: networks }),
        ...media,
        ...(name === 'conductor' ? { AUDIT_WEBHOOK_SECRET: config.AUDIT_WEBHOOK_SECRET } : {}),
        ...(name === 'web' ? shareTls(config, user) : {}),
        ...(user === undefined ? {} : { HOME: '/nonexistent', TMPDIR: tmpdir() }),
      }
      const child = keepRunning({
        name,
        args: [join(root, bundleOf(entries[name])), ...args],
        cwd: root,
        env: environment(config, own),
        user,
        wrapper: lowPortWrapper(portsOf(name, config), user),
        say: speaker(name),
        ...(onLine === undefined ? {} : { onLine }),
        onPid: note,
      })
      children.add(child)
      note()
      return child
    },
    async stop() {
      await Promise.all([...children].map((child) => child.stop()))
    },
  }
}
