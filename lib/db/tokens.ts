import { lesserRole } from '#lib/domain/permission.ts'
import type { Role } from '#lib/domain/role.ts'
import { scope } from '#lib/domain/scope.ts'
import type { Scope, Scopes } from '#lib/domain/scope-rules.ts'
import type { Transaction } from './client.ts'

/** A token as it stands. Of a person's own token `role` is never more than the person's now, and it dies with the account. */
export type TokenRow = {
  id: string
  name: string
  role: Role
  scopes: Scopes
  /** The person whose own it is; null for one of the site. */
  owner: { id: string; name: string } | null
  createdBy: string
  createdAt: Date
  expiresAt: Date | null
  lastUsedAt: Date | null
  lastUsedIp: string | null
  /** Why it opens nothing; null while it does. */
  dead: 'revoked' | 'expired' | 'disabled' | null
}

const shown = {
  id: true,
  name: true,
  role: true,
  scopes: true,
  createdBy: true,
  createdAt: true,
  expiresAt: true,
  lastUsedAt: true,
  lastUsedIp: true,
  revokedAt: true,
  user: { select: { id: true, name: true, role: true, disabled: true } },
} as const

/** Stands for all scopes: a list in the database is never null. */
const all = 'all'
const toStored = (scopes: Scopes): string[] => (scopes === null ? [all] : [...scopes])
const toScopes = (stored: readonly string[]): Scopes => (stored.includes(all) ? null : stored.filter((one): one is Scope => scope.safeParse(one).success))

type Stored = Omit<TokenRow, 'role' | 'scopes' | 'owner' | 'dead'> & {
  role: string
  scopes: string[]
  revokedAt: Date | null
  user: { id: string; name: string; role: string; disabled: boolean } | null
}

function toToken({ user, revokedAt, ...row }: Stored): TokenRow {
  const role = row.role as Role
  const isExpired = row.expiresAt !== null && row.expiresAt.getTime() <= Date.now()
  return {
    ...row,
    role: user === null ? role : lesserRole(role, user.role as Role),
    scopes: toScopes(row.scopes),
    owner: user === null ? null : { id: user.id, name: user.name },
    dead: revokedAt !== null ? 'revoked' : isExpired ? 'expired' : user?.disabled === true ? 'disabled' : null,
  }
}

/** The token of this hash, dead ones too. */
export async function findToken(db: Transaction, tokenHash: string): Promise<TokenRow | null> {
  const row = await db.apiToken.findUnique({ where: { tokenHash }, select: shown })
  return row === null ? null : toToken(row)
}

/** The token of this id, while it opens something. */
export async function findTokenById(db: Transaction, id: string): Promise<TokenRow | null> {
  const row = await db.apiToken.findUnique({ where: { id }, select: shown })
  const token = row === null ? null : toToken(row)
  return token?.dead === null ? token : null
}

/** Tokens that were not revoked, of one person or of all, by name. */
export async function listTokenRows(db: Transaction, userId?: string): Promise<TokenRow[]> {
  const rows = await db.apiToken.findMany({ where: { revokedAt: null, ...(userId === undefined ? {} : { userId }) }, select: shown, orderBy: { name: 'asc' } })
  return rows.map(toToken)
}

export type NewToken = { name: string; role: Role; scopes: Scopes; tokenHash: string; expiresAt: Date | null; createdBy: string; userId: string | null }

/** Adds a token; null when one of that name is in use. The name of a revoked or expired one is free again. */
export async function insertToken(tx: Transaction, { scopes, ...token }: NewToken): Promise<{ id: string } | null> {
  await tx.apiToken.deleteMany({ where: { name: token.name, OR: [{ revokedAt: { not: null } }, { expiresAt: { lte: new Date() } }] } })
  const rows = await tx.apiToken.createManyAndReturn({ data: [{ ...token, scopes: toStored(scopes) }], skipDuplicates: true, select: { id: true } })
  return rows[0] ?? null
}

export async function touchToken(db: Transaction, id: string, lastUsedAt: Date, lastUsedIp: string | null): Promise<void> {
  await db.apiToken.updateMany({ where: { id }, data: { lastUsedAt, lastUsedIp } })
}

/** Notes that a dead token was tried; false when that was noted after `since` already. */
export async function noteRefusal(db: Transaction, id: string, now: Date, since: Date): Promise<boolean> {
  const { count } = await db.apiToken.updateMany({ where: { id, OR: [{ refusedAt: null }, { refusedAt: { lte: since } }] }, data: { refusedAt: now } })
  return count > 0
}

/** Revokes a token, of this person only if one is given, and gives its name; null when there is none. */
export async function markTokenRevoked(tx: Transaction, id: string, userId?: string): Promise<{ name: string } | null> {
  const where = { id, revokedAt: null, ...(userId === undefined ? {} : { userId }) }
  const rows = await tx.apiToken.updateManyAndReturn({ where, data: { revokedAt: new Date() }, select: { name: true } })
  return rows[0] ?? null
}
