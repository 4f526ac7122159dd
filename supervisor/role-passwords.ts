import { processes, type Process } from '#lib/db/grants.ts'
import type { RolePasswords } from '#lib/db/roles.ts'
import { Complaint } from './complaint.ts'

const nameOf = (process: Process) => `${process.toUpperCase()}_DATABASE_PASSWORD`

/** The passwords of the roles where several machines or containers share them (docker-compose.yml); null when none is given. */
export function passwordsOfEnvironment(env: Record<string, string | undefined> = process.env): RolePasswords | null {
  const given = processes.filter((process) => (env[nameOf(process)] ?? '') !== '')
  if (given.length === 0) return null
  const missing = processes.find((process) => !given.includes(process))
  if (missing !== undefined) throw new Complaint(`${nameOf(missing)} is missing: give all of ${processes.map(nameOf).join(', ')}, or none`)
  const bad = processes.find((process) => !/^[A-Za-z0-9_-]{16,}$/.test(env[nameOf(process)]!))
  if (bad !== undefined) throw new Complaint(`${nameOf(bad)} must have at least 16 letters, digits, _ or -`)
  return Object.fromEntries(processes.map((process) => [process, env[nameOf(process)]])) as RolePasswords
}
