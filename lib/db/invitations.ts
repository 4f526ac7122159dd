import type { Role } from '#lib/domain/role.ts'
import type { Transaction } from './client.ts'

export type InvitationKind = 'claim' | 'invite' | 'reset'
export type InvitationRow = {
  id: string
  kind: InvitationKind
  role: Role
  userId: string | null
  createdBy: string
  expiresAt: Date
  usedAt: Date | null
}

const shown = { id: true, kind: true, role: true, userId: true, createdBy: true, expiresAt: true, usedAt: true } as const
const toInvitation = (row: Omit<InvitationRow, 'kind' | 'role'> & { kind: string; role: string }): InvitationRow => ({
  ...row,
  kind: row.kind as InvitationKind,
  role: row.role as Role,
})

export async function insertInvitation(
  db: Transaction,
  link: { kind: InvitationKind; tokenHash: string; role: Role; userId: string | null; createdBy: string; expiresAt: Date },
): Promise<{ id: string }> {
  return db.invitation.create({ data: link, select: { id: true } })
}

export async function findInvitation(db: Transaction, tokenHash: string): Promise<InvitationRow | null> {
  const row = await db.invitation.findUnique({ where: { tokenHash }, select: shown })
  return row === null ? null : toInvitation(row)
}

export async function listOpenInvitations(db: Transaction, now: Date): Promise<InvitationRow[]> {
  const rows = await db.invitation.findMany({ where: { usedAt: null, expiresAt: { gt: now } }, select: shown, orderBy: { createdAt: 'desc' } })
  return rows.map(toInvitation)
}

/** Uses a link up: of two who try at the same moment one gets the row and the other null. */
export async function useInvitation(tx: Transaction, tokenHash: string, now: Date): Promise<InvitationRow | null> {
  const rows = await tx.invitation.updateManyAndReturn({
    where: { tokenHash, usedAt: null, expiresAt: { gt: now } },
    data: { usedAt: now },
    select: shown,
  })
  return rows[0] === undefined ? null : toInvitation(rows[0])
}

/** Takes back a link that was not used; null when there is none. */
export async function deleteInvitation(tx: Transaction, id: string): Promise<InvitationRow | null> {
  const row = await tx.invitation.findUnique({ where: { id }, select: shown })
  if (row === null) return null
  const { count } = await tx.invitation.deleteMany({ where: { id, usedAt: null } })
  return count === 0 ? null : toInvitation(row)
}

/** Takes back every open link of a kind, or every open reset of one person, before a new one is made. */
export async function deleteOpenInvitations(tx: Transaction, of: { kind: InvitationKind; userId?: string }): Promise<void> {
  await tx.invitation.deleteMany({ where: { ...of, usedAt: null } })
}
