import type { InvitationCreated, User, UserPatch } from '#lib/api/contract.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { linkPath, newLink } from '#lib/auth/links.ts'
import { record } from '#lib/auth/record.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { prisma } from '#lib/db/client.ts'
import { deleteOpenInvitations } from '#lib/db/invitations.ts'
import { deleteSessionsOf, notifyRevoked } from '#lib/db/sessions.ts'
import { listTokenRows } from '#lib/db/tokens.ts'
import { findUser, listUserRows, lockAdministrators, updateUser, type UserRow } from '#lib/db/users.ts'
import { change, demand, refuse } from './permission.ts'

const toUser = (row: Omit<UserRow, 'passwordHash'>): User => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  lastSignInAt: row.lastSignInAt?.toISOString() ?? null,
})

async function demandPerson(id: string): Promise<Omit<UserRow, 'passwordHash'>> {
  const person = await findUser(prisma(), id)
  if (person === null) throw new BaseboardError('unknown-user', 404, `there is no user ${id}`)
  return person
}

/** Everyone who may sign in or could. */
export async function listUsers(user: SignedInUser): Promise<User[]> {
  await demand(user, 'manageUsers')
  return (await listUserRows(prisma())).map(toUser)
}

/**
 * Gives a role, disables or enables. The person's sessions end at once. Nobody disables themselves, and the last administrator stays one.
 */
export async function changeUser(user: SignedInUser, id: string, patch: UserPatch): Promise<User> {
  await demand(user, 'manageUsers', { action: 'user-change', target: id, detail: patch })
  const person = await demandPerson(id)
  const attempt = { action: 'user-change', target: person.name, detail: patch }
  if (patch.disabled === true && id === user.id) {
    await refuse(user, attempt, new BaseboardError('yourself', 409, 'nobody can disable themselves: another administrator must'))
  }
  const endsAdministrator = patch.disabled === true || (patch.role !== undefined && patch.role !== 'admin')
  const isLast = await change(async (tx) => {
    const administrators = await lockAdministrators(tx)
    if (endsAdministrator && administrators.length === 1 && administrators[0] === id) return true
    await updateUser(tx, id, patch)
    const before = { role: person.role, disabled: person.disabled }
    if ((patch.role !== undefined && patch.role !== person.role) || patch.disabled === true) {
      await deleteSessionsOf(tx, id)
      // Their own tokens are theirs no longer, or of another role: what stays open by one is looked at again.
      for (const token of await listTokenRows(tx, id)) await notifyRevoked(tx, token.id)
    }
    await record(tx, user, { ...attempt, outcome: 'ok', detail: { ...patch, before } })
    return false
  })
  if (isLast) await refuse(user, attempt, new BaseboardError('last-administrator', 409, `${person.name} is the last administrator: make another one first`))
  return toUser(await demandPerson(id))
}

/** Makes a link with which a person chooses a new password; an earlier one is taken back. `site` is the origin that the link begins with. */
export async function resetPassword(user: SignedInUser, id: string, site: string): Promise<InvitationCreated> {
  await demand(user, 'manageUsers', { action: 'password-reset-link', target: id })
  const person = await demandPerson(id)
  return change(async (tx) => {
    await deleteOpenInvitations(tx, { kind: 'reset', userId: id })
    const link = await newLink(tx, { kind: 'reset', role: person.role, userId: id, createdBy: user.name })
    await record(tx, user, { action: 'password-reset-link', outcome: 'ok', target: person.name })
    return { url: `${site}${linkPath('reset', link.token)}`, expiresAt: link.expiresAt.toISOString() }
  })
}
