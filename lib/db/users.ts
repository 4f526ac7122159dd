import type { Role } from '#lib/domain/role.ts'
import type { Transaction } from './client.ts'

/** A person as the sign-in needs them. `passwordHash` never leaves lib/auth. */
export type UserRow = { id: string; name: string; role: Role; passwordHash: string; disabled: boolean; createdAt: Date; lastSignInAt: Date | null }

const toUser = <T extends { role: string }>(row: T) => ({ ...row, role: row.role as Role })
const shown = { id: true, name: true, role: true, disabled: true, createdAt: true, lastSignInAt: true } as const

export async function findUserByName(db: Transaction, name: string): Promise<UserRow | null> {
  const row = await db.user.findUnique({ where: { name } })
  return row === null ? null : toUser(row)
}

/** A person without the hash of their password. */
export async function findUser(db: Transaction, id: string): Promise<Omit<UserRow, 'passwordHash'> | null> {
  const row = await db.user.findUnique({ where: { id }, select: shown })
  return row === null ? null : toUser(row)
}

export async function listUserRows(db: Transaction): Promise<Omit<UserRow, 'passwordHash'>[]> {
  return (await db.user.findMany({ select: shown, orderBy: { name: 'asc' } })).map(toUser)
}

/** Adds a person; null when the name is taken. */
export async function insertUser(db: Transaction, user: { name: string; role: Role; passwordHash: string }): Promise<{ id: string } | null> {
  const rows = await db.user.createManyAndReturn({ data: [user], skipDuplicates: true, select: { id: true } })
  return rows[0] ?? null
}

export async function updateUser(db: Transaction, id: string, change: { role?: Role; disabled?: boolean; passwordHash?: string; lastSignInAt?: Date }) {
  await db.user.update({ where: { id }, data: change })
}

/** Locks the administrators who may sign in and gives their ids, so that two of them cannot demote each other at the same moment. */
export async function lockAdministrators(tx: Transaction): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`SELECT "id" FROM "User" WHERE "role" = 'admin' AND NOT "disabled" ORDER BY "id" FOR UPDATE`
  return rows.map((row) => row.id)
}

/** Is nobody there yet? Then a claim makes the first administrator. The lock lets one claim at a time ask. */
export async function isUnclaimed(tx: Transaction): Promise<boolean> {
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtext('claim'))::text`
  return (await tx.user.count()) === 0
}
