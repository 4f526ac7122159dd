import { randomBytes } from 'node:crypto'
import { accessSync, chmodSync, chownSync, constants, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { Complaint } from './complaint.ts'
import type { SystemUser } from './users.ts'

/** Makes DATA_DIR where it is missing, and complains in one line where it cannot be used. Others may enter it; what is in it they may not. */
export function prepareDataFolder(folder: string): void {
  try {
    // Whatever the umask: the users of the processes must be able to enter it.
    if (mkdirSync(folder, { recursive: true }) !== undefined) chmodSync(folder, 0o755)
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
    const reason = code === 'EACCES' || code === 'EPERM' || code === 'EROFS' ? 'it cannot be written by this user' : code
    throw new Complaint(`DATA_DIR ${folder} cannot be used: ${reason}`, { cause: error })
  }
}

/** A folder of one process alone: owned by its user, closed to everyone else. */
export function ensureFolder(path: string, user: SystemUser | undefined): string {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const { uid } = statSync(path)
  if (user !== undefined && uid !== user.uid) chownSync(path, user.uid, user.gid)
  return path
}

const secrets = z.object({
  superuser: z.string(),
  owner: z.string(),
  roles: z.object({ web: z.string(), conductor: z.string(), depot: z.string() }),
})

/** The passwords of the database: of the embedded server's superuser and owner, and of each process' role. */
export type DatabaseSecrets = z.infer<typeof secrets>

const newPassword = () => randomBytes(24).toString('base64url')

/** Reads DATA_DIR/database.json; null when there is none. */
export function readSecrets(dataFolder: string): DatabaseSecrets | null {
  const file = join(dataFolder, 'database.json')
  if (!existsSync(file)) return null
  try {
    return secrets.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    const denied = (error as NodeJS.ErrnoException).code === 'EACCES'
    throw new Complaint(denied ? `${file} belongs to another user: run this as the user who starts Baseboard` : `${file} is damaged: restore it from a backup`, { cause: error })
  }
}

/** Reads the passwords, or makes them. A `cluster` that is there without them is not given new ones: nobody could enter it. */
export function ensureSecrets(dataFolder: string, cluster: string | null): DatabaseSecrets {
  const known = readSecrets(dataFolder)
  if (known !== null) return known
  const file = join(dataFolder, 'database.json')
  if (cluster !== null) throw new Complaint(`${file} is missing, and the database in ${cluster} cannot be entered without it: restore it from a backup`)
  const made = { superuser: newPassword(), owner: newPassword(), roles: { web: newPassword(), conductor: newPassword(), depot: newPassword() } }
  writeFileSync(`${file}.new`, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flush: true })
  renameSync(`${file}.new`, file)
  return made
}
