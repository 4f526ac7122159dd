import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { prisma } from '#lib/db/client.ts'
import { findTokenById } from '#lib/db/tokens.ts'
import { findUser } from '#lib/db/users.ts'

/** Whom something that begins by itself acts for, with the rights that they have now; null when they may do nothing any more. `requestId` names it in the audit. */
export async function findOwner({ byId, byKind }: { byId: string; byKind: 'person' | 'token' }, requestId: string): Promise<SignedInUser | null> {
  const row = byKind === 'person' ? await findUser(prisma(), byId) : await findTokenById(prisma(), byId)
  if (row === null || ('disabled' in row && row.disabled)) return null
  const scopes = 'scopes' in row ? row.scopes : null
  return { id: row.id, name: row.name, role: row.role, scopes, kind: byKind, sessionId: null, ip: null, requestId }
}
