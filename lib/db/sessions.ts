import type { Role } from '#lib/domain/role.ts'
import type { Transaction } from './client.ts'

export type SessionRow = {
  id: string
  seenAt: Date
  expiresAt: Date
  user: { id: string; name: string; role: Role; disabled: boolean }
}

const withUser = { id: true, seenAt: true, expiresAt: true, user: { select: { id: true, name: true, role: true, disabled: true } } } as const

const toSession = <T extends { user: { role: string } }>(row: T) => ({ ...row, user: { ...row.user, role: row.user.role as Role } })

export async function insertSession(db: Transaction, session: { userId: string; tokenHash: string; ip: string | null; expiresAt: Date }): Promise<{ id: string }> {
  return db.session.create({ data: session, select: { id: true } })
}

/** The session whose secret has this hash, with its person. */
export async function findSession(db: Transaction, tokenHash: string): Promise<SessionRow | null> {
  const row = await db.session.findUnique({ where: { tokenHash }, select: withUser })
  return row === null ? null : toSession(row)
}

export async function findSessionById(db: Transaction, id: string): Promise<SessionRow | null> {
  const row = await db.session.findUnique({ where: { id }, select: withUser })
  return row === null ? null : toSession(row)
}

export async function touchSession(db: Transaction, id: string, seenAt: Date): Promise<void> {
  await db.session.updateMany({ where: { id }, data: { seenAt } })
}

/** Tells every process that what this session, person or token may do has changed: streams look again, and end. */
export async function notifyRevoked(tx: Transaction, id: string): Promise<void> {
  await tx.$queryRaw`SELECT pg_notify('session', ${id})::text`
}

/** Ends one session; false when it had already ended. */
export async function deleteSession(tx: Transaction, id: string): Promise<boolean> {
  const { count } = await tx.session.deleteMany({ where: { id } })
  await notifyRevoked(tx, id)
  return count > 0
}

/** Ends every session of a person. */
export async function deleteSessionsOf(tx: Transaction, userId: string): Promise<void> {
  await tx.session.deleteMany({ where: { userId } })
  await notifyRevoked(tx, userId)
}

/** Forgets what has ended by itself. */
export async function deleteOldSessions(db: Transaction, now: Date, idleMs: number): Promise<void> {
  await db.session.deleteMany({ where: { OR: [{ expiresAt: { lt: now } }, { seenAt: { lt: new Date(now.getTime() - idleMs) } }] } })
}
