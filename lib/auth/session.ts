import { prisma, type Transaction } from '#lib/db/client.ts'
import { deleteOldSessions, findSession, findSessionById, insertSession, touchSession, type SessionRow } from '#lib/db/sessions.ts'
import { findTokenById } from '#lib/db/tokens.ts'
import { hashOf, newSecret } from './secret.ts'
import type { Origin, SignedInUser } from './signed-in-user.ts'

/** A session ends 12 h after its last request, and 7 days after the sign-in whatever happens. */
export const idleMs = 12 * 3_600_000
export const absoluteMs = 7 * 24 * 3_600_000
const touchEveryMs = 60_000

/** Begins a session and gives its secret, which goes into the cookie and is kept nowhere. */
export async function startSession(tx: Transaction, userId: string, ip: string | null): Promise<{ id: string; secret: string }> {
  const secret = newSecret()
  const now = new Date()
  await deleteOldSessions(tx, now, idleMs)
  const { id } = await insertSession(tx, { userId, tokenHash: hashOf(secret), ip, expiresAt: new Date(now.getTime() + absoluteMs) })
  return { id, secret }
}

const isAlive = (session: SessionRow, nowMs: number) =>
  !session.user.disabled && session.expiresAt.getTime() > nowMs && session.seenAt.getTime() + idleMs > nowMs

const toUser = (session: SessionRow, { ip, requestId }: Origin): SignedInUser => ({
  id: session.user.id,
  name: session.user.name,
  role: session.user.role,
  kind: 'person',
  sessionId: session.id,
  ip,
  requestId,
})

/** Whose session is this? Asked of the database on each request, so that an ended one is over at once. */
export async function userOfSession(secret: string, origin: Origin): Promise<SignedInUser | null> {
  const session = await findSession(prisma(), hashOf(secret))
  const nowMs = Date.now()
  if (session === null || !isAlive(session, nowMs)) return null
  if (nowMs - session.seenAt.getTime() > touchEveryMs) await touchSession(prisma(), session.id, new Date(nowMs))
  return toUser(session, origin)
}


/** The same person as they stand now, for what stays open (streams): null once they may no longer be here. */
export async function stillSignedIn(user: SignedInUser): Promise<SignedInUser | null> {
  if (user.kind === 'token') {
    const token = await findTokenById(prisma(), user.id)
    return token === null ? null : { ...user, role: token.role, scopes: token.scopes }
  }
  const session = user.sessionId === null ? null : await findSessionById(prisma(), user.sessionId)
  return session === null || !isAlive(session, Date.now()) ? null : toUser(session, user)
}
