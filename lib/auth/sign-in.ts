import { BaseboardError } from '#lib/domain/errors.ts'
import { prisma } from '#lib/db/client.ts'
import { deleteSession } from '#lib/db/sessions.ts'
import { findUserByName, updateUser } from '#lib/db/users.ts'
import { isPasswordOf } from './password.ts'
import { record } from './record.ts'
import { startSession } from './session.ts'
import type { Origin, SignedInUser } from './signed-in-user.ts'
import { admitAttempt } from './throttle.ts'

/** The same sentence for an unknown name, a wrong password and a disabled person. */
const refusal = () => new BaseboardError('wrong-credentials', 401, 'the user name or the password is wrong')

/** What the audit calls someone who typed this: a name that could be one, else a word, because people type passwords into the wrong box. */
const named = (name: string) => (/^[a-z0-9][a-z0-9._-]{0,31}$/.test(name) ? name : '(not a user name)')

/**
 * Signs a person in by name and password and gives the new session's secret. Throws `wrong-credentials` (401), TooManyAttempts (429),
 * or `busy` (503). Every outcome stands in the audit but a throttled one: those would let a stranger fill it.
 */
export async function signIn(typedName: string, password: string, origin: Origin): Promise<{ userId: string; secret: string }> {
  const name = typedName.trim().toLowerCase()
  const { forgive } = await admitAttempt(name, origin.ip)
  const user = await findUserByName(prisma(), named(name))
  const right = await isPasswordOf(user?.passwordHash ?? null, password)
  const actor = { name: named(name), kind: 'person' as const, ...origin }
  if (user === null || !right || user.disabled) {
    await prisma().$transaction((tx) => record(tx, actor, { action: 'sign-in', outcome: 'refused' }))
    throw refusal()
  }
  await forgive()
  return prisma().$transaction(async (tx) => {
    const session = await startSession(tx, user.id, origin.ip)
    await updateUser(tx, user.id, { lastSignInAt: new Date() })
    await record(tx, actor, { action: 'sign-in', outcome: 'ok' })
    return { userId: user.id, secret: session.secret }
  })
}

/** Ends the session of this person's browser at once, in every process. */
export async function signOut(user: SignedInUser): Promise<void> {
  const { sessionId } = user
  if (sessionId === null) return
  await prisma().$transaction(async (tx) => {
    if (await deleteSession(tx, sessionId)) await record(tx, user, { action: 'sign-out', outcome: 'ok' })
  })
}
