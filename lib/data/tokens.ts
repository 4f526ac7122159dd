import type { ApiToken } from '#lib/api/contract.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { record } from '#lib/auth/record.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { prisma } from '#lib/db/client.ts'
import { notifyRevoked } from '#lib/db/sessions.ts'
import { listTokenRows, markTokenRevoked } from '#lib/db/tokens.ts'
import { change, demand } from './permission.ts'

/** The tokens of the API that work. */
export async function listTokens(user: SignedInUser): Promise<ApiToken[]> {
  await demand(user, 'manageUsers')
  const rows = await listTokenRows(prisma())
  return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString(), lastUsedAt: row.lastUsedAt?.toISOString() ?? null }))
}

/** Ends a token at once. */
export async function revokeToken(user: SignedInUser, id: string): Promise<void> {
  await demand(user, 'manageUsers', { action: 'token-revoke', target: id })
  await change(async (tx) => {
    const token = await markTokenRevoked(tx, id)
    if (token === null) throw new BaseboardError('unknown-token', 404, `there is no token ${id}`)
    await notifyRevoked(tx, id)
    await record(tx, user, { action: 'token-revoke', outcome: 'ok', target: token.name })
  })
}
