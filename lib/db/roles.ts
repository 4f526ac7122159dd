import { escapeIdentifier, escapeLiteral, Client } from 'pg'
import { rethrow } from './away.ts'
import { grantStatements, processes, publicStatements, type Process } from './grants.ts'
import { scramVerifier } from './scram.ts'

export type RolePasswords = Record<Process, string>
export type RoleUrls = Record<Process, string>

/** The URLs that each process must use, and whether they differ. Where they do not, `reason` is the line that says why. */
export type Roles = { divided: true; urls: RoleUrls } | { divided: false; urls: RoleUrls; reason: string }

/** A role belongs to the whole server, so it bears the database's name; PostgreSQL cuts names at 63 bytes, so we cut first. */
const roleName = (database: string, process: Process) => `${Buffer.from(database).subarray(0, 50).toString('utf8')}_${process}`

function withLogin(url: string, user: string, password: string): string {
  const changed = new URL(url)
  changed.username = encodeURIComponent(user)
  changed.password = encodeURIComponent(password)
  return changed.href
}

async function mayCreateRoles(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ may: boolean }>('SELECT rolcreaterole OR rolsuper AS may FROM pg_roles WHERE rolname = current_user')
  return rows[0]?.may === true
}

async function ensureRole(client: Client, role: string, password: string): Promise<void> {
  const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role])
  const verb = rowCount === 0 ? 'CREATE' : 'ALTER'
  const rights = 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS'
  // An ordinary role may not name the rights that it does not have itself, not even to refuse them; a new role has none.
  const isNew = verb === 'CREATE'
  await client.query(`${verb} ROLE ${escapeIdentifier(role)} ${isNew ? 'LOGIN' : ''} PASSWORD ${escapeLiteral(scramVerifier(password))}`)
  const { rows } = await client.query<{ strong: boolean }>(
    'SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls AS strong FROM pg_roles WHERE rolname = $1',
    [role],
  )
  if (rows[0]?.strong === true) throw new Error(`the role ${role} has more rights than it may: run ALTER ROLE ${escapeIdentifier(role)} ${rights}`)
}

async function divide(client: Client, passwords: RolePasswords): Promise<void> {
  const { rows } = await client.query<{ name: string }>('SELECT current_database() AS name')
  const database = rows[0]!.name
  const names = Object.fromEntries(processes.map((process) => [process, roleName(database, process)])) as Record<Process, string>
  await client.query('BEGIN')
  await client.query("SELECT pg_advisory_xact_lock(hashtext('roles'))")
  for (const process of processes) await ensureRole(client, names[process], passwords[process])
  const statements = [
    ...publicStatements(escapeIdentifier(database), escapeIdentifier(names.web), escapeIdentifier(names.conductor)),
    ...processes.flatMap((process) => [
      `GRANT CONNECT ON DATABASE ${escapeIdentifier(database)} TO ${escapeIdentifier(names[process])}`,
      ...grantStatements(process, escapeIdentifier(names[process])),
    ]),
  ]
  for (const statement of statements) await client.query(statement)
  await client.query('COMMIT')
}

/**
 * After the migrations, as the role that owns the tables: makes (or renews) the roles of web, conductor and depot and gives them
 * exactly the rights of grants.ts. Where the owner may not make roles, every process gets its URL.
 */
export async function ensureRoles(url: string, passwords: RolePasswords): Promise<Roles> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {})
  await client.connect().catch(rethrow)
  try {
    if (!(await mayCreateRoles(client))) {
      const reason = 'the database user may not create roles: web and conductor share it, so a hole in web could read sealed passwords (not open them)'
      return { divided: false, urls: Object.fromEntries(processes.map((process) => [process, url])) as RoleUrls, reason }
    }
    await divide(client, passwords)
    const { rows } = await client.query<{ name: string }>('SELECT current_database() AS name')
    const urls = processes.map((process) => [process, withLogin(url, roleName(rows[0]!.name, process), passwords[process])])
    return { divided: true, urls: Object.fromEntries(urls) as RoleUrls }
  } finally {
    await client.end()
  }
}
