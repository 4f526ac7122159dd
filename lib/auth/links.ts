import type { Role } from '#lib/domain/role.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { prisma, type Transaction } from '#lib/db/client.ts'
import {
  deleteOpenInvitations,
  findInvitation,
  insertInvitation,
  useInvitation,
  type InvitationKind,
  type InvitationRow,
} from '#lib/db/invitations.ts'
import { deleteSessionsOf } from '#lib/db/sessions.ts'
import { findUser, insertUser, isUnclaimed, updateUser } from '#lib/db/users.ts'
import { hashPassword } from './password.ts'
import { record } from './record.ts'
import { hashOf, newSecret } from './secret.ts'
import type { Origin } from './signed-in-user.ts'

const lifeMs: Record<InvitationKind, number> = { claim: 3_600_000, invite: 24 * 3_600_000, reset: 24 * 3_600_000 }

export type Link = { id: string; token: string; expiresAt: Date }

/** The page that a link opens. The token stands in the fragment, which browsers send to nobody, so that it is in no log. */
export const linkPath = (kind: InvitationKind, token: string) => `/${kind}#${token}`

/** Makes a link that works once: a claim for an hour, the others for a day. Only the hash of its token is kept. */
export async function newLink(tx: Transaction, link: { kind: InvitationKind; role: Role; userId?: string; createdBy: string }): Promise<Link> {
  const token = newSecret()
  const expiresAt = new Date(Date.now() + lifeMs[link.kind])
  const { id } = await insertInvitation(tx, { ...link, userId: link.userId ?? null, tokenHash: hashOf(token), expiresAt })
  return { id, token, expiresAt }
}

/** Makes the link that claims the first administrator, and takes earlier ones back; null when somebody is there already. */
export async function createClaim(): Promise<Link | null> {
  return prisma().$transaction(async (tx) => {
    if (!(await isUnclaimed(tx))) return null
    await deleteOpenInvitations(tx, { kind: 'claim' })
    return newLink(tx, { kind: 'claim', role: 'admin', createdBy: 'start' })
  })
}

function refusedLink(link: InvitationRow | null): BaseboardError {
  if (link === null) return new BaseboardError('link-unknown', 404, 'there is no such link: it was taken back, or is not whole')
  if (link.usedAt !== null) return new BaseboardError('link-used', 410, 'this link was used already')
  return new BaseboardError('link-expired', 410, 'this link has expired: ask for a new one')
}

/** What a link is for, and whose password it resets. Throws `link-unknown` (404), `link-used` or `link-expired` (410). */
export async function lookLink(token: string): Promise<{ kind: InvitationKind; role: Role; user: string | null }> {
  const link = await findInvitation(prisma(), hashOf(token))
  if (link === null || link.usedAt !== null || link.expiresAt.getTime() <= Date.now()) throw refusedLink(link)
  const user = link.userId === null ? null : await findUser(prisma(), link.userId)
  return { kind: link.kind, role: link.role, user: user?.name ?? null }
}

/** Uses a link up inside a transaction: of two at once one wins and the other is told that it was used. */
async function takeLink(tx: Transaction, token: string, kinds: readonly InvitationKind[]): Promise<InvitationRow> {
  const link = await useInvitation(tx, hashOf(token), new Date())
  if (link === null) throw refusedLink(await findInvitation(tx, hashOf(token)))
  if (!kinds.includes(link.kind)) throw refusedLink(null)
  return link
}

async function addPerson(tx: Transaction, name: string, role: Role, passwordHash: string): Promise<void> {
  const added = await insertUser(tx, { name, role, passwordHash })
  if (added === null) throw new BaseboardError('name-taken', 409, `the user name ${name} is taken`)
}

type Person = { name: string; role: Role }

/**
 * Makes the first administrator. `also` runs in the same transaction (the networks that were asked for).
 * Throws as `lookLink`, and `claimed` (409) when somebody was there first.
 */
export async function claimWithLink(
  request: { token: string; name: string; password: string },
  origin: Origin,
  also: (tx: Transaction) => Promise<void>,
): Promise<Person> {
  await lookLink(request.token)
  const passwordHash = await hashPassword(request.password)
  return prisma().$transaction(async (tx) => {
    const link = await takeLink(tx, request.token, ['claim'])
    if (!(await isUnclaimed(tx))) throw new BaseboardError('claimed', 409, 'this Baseboard has its administrator already')
    await addPerson(tx, request.name, link.role, passwordHash)
    await also(tx)
    await record(tx, { name: request.name, kind: 'person', ...origin }, { action: 'claim', outcome: 'ok', target: request.name })
    return { name: request.name, role: link.role }
  })
}

/** Uses an invitation (the person chooses a name) or a reset link (the name stands, every session ends). */
export async function acceptLink(request: { token: string; name?: string; password: string }, origin: Origin): Promise<Person> {
  const looked = await lookLink(request.token)
  const name = looked.kind === 'reset' ? looked.user : request.name
  if (looked.kind === 'claim' || name === null) throw refusedLink(null)
  if (name === undefined) throw new BaseboardError('invalid', 400, 'name: an invitation needs the user name you choose')
  const passwordHash = await hashPassword(request.password)
  return prisma().$transaction(async (tx) => {
    const link = await takeLink(tx, request.token, ['invite', 'reset'])
    const actor = { name, kind: 'person' as const, ...origin }
    if (link.userId === null) {
      await addPerson(tx, name, link.role, passwordHash)
      await record(tx, actor, { action: 'invitation-accept', outcome: 'ok', target: name, detail: { role: link.role, invitedBy: link.createdBy } })
      return { name, role: link.role }
    }
    await updateUser(tx, link.userId, { passwordHash })
    await deleteSessionsOf(tx, link.userId)
    await record(tx, actor, { action: 'password-reset', outcome: 'ok', target: name, detail: { linkBy: link.createdBy } })
    return { name, role: (await findUser(tx, link.userId))!.role }
  })
}
