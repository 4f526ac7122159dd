import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readlinkSync, realpathSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { startCluster, readPidFile, superuserUrl, type Cluster } from './cluster.ts'
import { Complaint } from './complaint.ts'
import { ensureSecrets, readSecrets, type DatabaseSecrets } from './data-folder.ts'
import { findPostgres, sharedFolder } from './postgres-binaries.ts'
import { isAlive } from './process-identity.ts'
import { ensureUser, isRoot, reaches, type SystemUser } from './users.ts'

const name = 'baseboard'

export const ownerUrl = (port: number, secrets: DatabaseSecrets) => `postgresql://${name}:${encodeURIComponent(secrets.owner)}@127.0.0.1:${port}/${name}`

/** PostgreSQL refuses to run as root: then it runs as a user of its own, or as the one who made the data folder. */
function toUser(folder: string): SystemUser | undefined {
  const owner = existsSync(folder) ? statSync(folder) : undefined
  if (!isRoot()) {
    if (owner !== undefined && owner.uid !== process.getuid?.()) throw new Complaint(`${folder} belongs to another user: start Baseboard as that user, or choose another DATA_DIR`)
    return undefined
  }
  if (owner !== undefined && owner.uid !== 0) return { name: `user ${owner.uid}`, uid: owner.uid, gid: owner.gid }
  return ensureUser('baseboard-db')
}

/**
 * Where the cluster lies: DATA_DIR/postgres; where its user cannot get there (a checkout under /root), a folder of its own under
 * /var/lib/baseboard, with a link to it in DATA_DIR.
 */
function placeCluster(dataFolder: string, user: SystemUser | undefined, say: (line: string) => void): string {
  const usual = join(dataFolder, 'postgres')
  const linked = lstatSync(usual, { throwIfNoEntry: false })?.isSymbolicLink() === true
  if (linked) return existsSync(usual) ? realpathSync(usual) : readlinkSync(usual)
  if (user === undefined || reaches(user, dataFolder)) return usual
  if (existsSync(usual)) {
    throw new Complaint(`the user ${user.name} of the database cannot reach ${usual}: let others enter the folders above it (chmod o+x), or choose another DATA_DIR`)
  }
  mkdirSync(sharedFolder, { recursive: true, mode: 0o755 })
  const elsewhere = mkdtempSync(join(sharedFolder, 'data-'))
  chmodSync(elsewhere, 0o755)
  symlinkSync(join(elsewhere, 'postgres'), usual)
  say(`the user ${user.name} cannot reach ${dataFolder}: the database lies in ${elsewhere}`)
  return join(elsewhere, 'postgres')
}

async function ensureOwner(port: number, secrets: DatabaseSecrets): Promise<void> {
  const client = new Client({ connectionString: superuserUrl(port, secrets.superuser) })
  await client.connect()
  try {
    const role = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name])
    if (role.rowCount === 0) await client.query(`CREATE ROLE ${name} LOGIN CREATEROLE PASSWORD '${secrets.owner}'`)
    const database = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
    if (database.rowCount === 0) await client.query(`CREATE DATABASE ${name} OWNER ${name}`)
  } finally {
    await client.end()
  }
}

export type EmbeddedDatabase = { url: string; secrets: DatabaseSecrets; cluster: Cluster; restart: () => Promise<Cluster> }

/** Starts the PostgreSQL of this data folder. `restart` starts it again on the same port, so that the URLs stay true. */
export async function startEmbedded(dataFolder: string, say: (line: string) => void): Promise<EmbeddedDatabase> {
  const usual = join(dataFolder, 'postgres')
  const user = toUser(usual)
  const folder = placeCluster(dataFolder, user, say)
  const secrets = ensureSecrets(dataFolder, existsSync(folder) ? folder : null)
  const plan = { folder, binaries: findPostgres(user, say), password: secrets.superuser, user, say }
  const cluster = await startCluster(plan)
  await ensureOwner(cluster.port, secrets)
  return { url: ownerUrl(cluster.port, secrets), secrets, cluster, restart: () => startCluster({ ...plan, port: cluster.port }) }
}

/** The URL of the embedded database that runs on this data folder now; null when none does. For the command line tools. */
export function findEmbedded(dataFolder: string): string | null {
  const secrets = readSecrets(dataFolder)
  if (secrets === null) return null
  const running = readPidFile(join(dataFolder, 'postgres'))
  return running === null || !isAlive(running.pid) ? null : ownerUrl(running.port, secrets)
}
