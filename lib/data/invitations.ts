import type { Claim, Invitation, InvitationAccept, InvitationCreated, InvitationLook, Me } from '#lib/api/contract.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import type { Role } from '#lib/domain/role.ts'
import { acceptLink, claimWithLink, linkPath, lookLink, newLink } from '#lib/auth/links.ts'
import { record } from '#lib/auth/record.ts'
import type { Origin, SignedInUser } from '#lib/auth/signed-in-user.ts'
import { prisma } from '#lib/db/client.ts'
import { deleteInvitation, listOpenInvitations } from '#lib/db/invitations.ts'
import { readNetworks, writeSetting } from '#lib/db/settings.ts'
import { listUserRows } from '#lib/db/users.ts'
import { change, demand } from './permission.ts'
import { toNetworks } from './settings.ts'

/** Links that were not used and have not expired. */
export async function listInvitations(user: SignedInUser): Promise<Invitation[]> {
  await demand(user, 'manageUsers')
  const names = new Map((await listUserRows(prisma())).map(({ id, name }) => [id, name]))
  return (await listOpenInvitations(prisma(), new Date())).map(({ id, kind, role, userId, createdBy, expiresAt }) => ({
    id,
    kind,
    role,
    user: userId === null ? null : (names.get(userId) ?? null),
    createdBy,
    expiresAt: expiresAt.toISOString(),
  }))
}

/** Makes a link with which somebody joins in a role. `site` is the origin that it begins with. */
export async function createInvitation(user: SignedInUser, role: Role, site: string): Promise<InvitationCreated> {
  await demand(user, 'manageUsers', { action: 'invitation-create', detail: { role } })
  return change(async (tx) => {
    const link = await newLink(tx, { kind: 'invite', role, createdBy: user.name })
    await record(tx, user, { action: 'invitation-create', outcome: 'ok', target: link.id, detail: { role } })
    return { url: `${site}${linkPath('invite', link.token)}`, expiresAt: link.expiresAt.toISOString() }
  })
}

/** Takes a link back, so that it works no more. */
export async function removeInvitation(user: SignedInUser, id: string): Promise<void> {
  await demand(user, 'manageUsers', { action: 'invitation-remove', target: id })
  await change(async (tx) => {
    const link = await deleteInvitation(tx, id)
    if (link === null) throw new BaseboardError('unknown-invitation', 404, 'there is no such link, or it was used already')
    await record(tx, user, { action: 'invitation-remove', outcome: 'ok', target: id, detail: { kind: link.kind, role: link.role } })
  })
}

/** What a link is for. Whoever has it may ask: the token is the right. */
export async function lookInvitation(token: string): Promise<InvitationLook> {
  const look = await lookLink(token)
  return { ...look, networksNeeded: look.kind === 'claim' && (await readNetworks()).networks === null }
}

/** Uses an invitation or a reset link. Whoever has it may: the token is the right. */
export async function acceptInvitation(request: InvitationAccept, origin: Origin): Promise<Me> {
  return { ...(await acceptLink(request, origin)), kind: 'person', scopes: null }
}

/** Makes the first administrator, and sets the management networks if nobody has. */
export async function claim(request: Claim, origin: Origin): Promise<Me> {
  const networks = request.networks === undefined ? undefined : toNetworks(request.networks)
  const person = await claimWithLink(request, origin, async (tx) => {
    if (networks === undefined || (await readNetworks(tx)).fromEnvironment) return
    await writeSetting('networks', networks, tx)
  })
  return { ...person, kind: 'person', scopes: null }
}
