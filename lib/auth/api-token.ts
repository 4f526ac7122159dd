import { BaseboardError } from '#lib/domain/errors.ts'
import type { Role } from '#lib/domain/role.ts'
import type { Scopes } from '#lib/domain/scope-rules.ts'
import { prisma, type Transaction } from '#lib/db/client.ts'
import { insertToken } from '#lib/db/tokens.ts'
import { record, type Actor } from './record.ts'
import { hashOf, newApiToken } from './secret.ts'

export type TokenAsked = {
  name: string
  role: Role
  scopes: Scopes
  /** null: it never ends by itself. */
  expiresAt: Date | null
  /** The person whose own it is; null for one of the site. */
  userId: string | null
}

const dayMs = 24 * 3_600_000
export const usualDays = 365

/** The end of something that lives for so many days from now; null stays null. */
export const toExpiry = (days: number | null): Date | null => (days === null ? null : new Date(Date.now() + days * dayMs))

/** Makes a token of the API and gives it: it is shown once. Throws `name-taken` (409). */
export async function makeToken(tx: Transaction, actor: Actor, asked: TokenAsked): Promise<{ id: string; token: string }> {
  const token = newApiToken()
  const added = await insertToken(tx, { ...asked, createdBy: actor.name, tokenHash: hashOf(token) })
  if (added === null) throw new BaseboardError('name-taken', 409, `name: a token named ${asked.name} is in use: choose another name, or revoke that one`)
  const { name, role, scopes, expiresAt, userId } = asked
  await record(tx, actor, {
    action: 'token-create',
    outcome: 'ok',
    target: name,
    detail: { role, scopes: scopes ?? 'all', expiresAt: expiresAt?.toISOString() ?? 'never', isPersonal: userId !== null },
  })
  return { id: added.id, token }
}

/** The same on the machine that has the database. */
export async function createApiToken(name: string, role: Role, { scopes = null, expiresAt = toExpiry(usualDays) }: Partial<Pick<TokenAsked, 'scopes' | 'expiresAt'>> = {}): Promise<string> {
  const actor = { name: 'command line', kind: 'system' as const, ip: null, requestId: null }
  return prisma().$transaction(async (tx) => (await makeToken(tx, actor, { name, role, scopes, expiresAt, userId: null })).token)
}
