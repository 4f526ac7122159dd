import type { Role } from '#lib/domain/role.ts'
import type { Transaction } from './client.ts'

export type TokenRow = { id: string; name: string; role: Role; createdAt: Date; lastUsedAt: Date | null }

const shown = { id: true, name: true, role: true, createdAt: true, lastUsedAt: true } as const
const toToken = <T extends { role: string }>(row: T) => ({ ...row, role: row.role as Role })

/** The token of this hash, unless it was revoked. */
export async function findToken(db: Transaction, tokenHash: string): Promise<TokenRow | null> {
  const row = await db.apiToken.findUnique({ where: { tokenHash, revokedAt: null }, select: shown })
  return row === null ? null : toToken(row)
}

export async function findTokenById(db: Transaction, id: string): Promise<TokenRow | null> {
  const row = await db.apiToken.findUnique({ where: { id, revokedAt: null }, select: shown })
  return row === null ? null : toToken(row)
}

export async function listTokenRows(db: Transaction): Promise<TokenRow[]> {
  return (await db.apiToken.findMany({ where: { revokedAt: null }, select: shown, orderBy: { name: 'asc' } })).map(toToken)
}

/** Adds a token; null when one of that name is in use. The name of a revoked one is free again. */
export async function insertToken(tx: Transaction, token: { name: string; role: Role; tokenHash: string }): Promise<{ id: string } | null> {
  await tx.apiToken.deleteMany({ where: { name: token.name, revokedAt: { not: null } } })
  const rows = await tx.apiToken.createManyAndReturn({ data: [token], skipDuplicates: true, select: { id: true } })
  return rows[0] ?? null
}

export async function touchToken(db: Transaction, id: string, lastUsedAt: Date): Promise<void> {
  await db.apiToken.updateMany({ where: { id }, data: { lastUsedAt } })
}

/** Revokes a token and gives its name; null when there is none. */
export async function markTokenRevoked(tx: Transaction, id: string): Promise<{ name: string } | null> {
  const rows = await tx.apiToken.updateManyAndReturn({ where: { id, revokedAt: null }, data: { revokedAt: new Date() }, select: { name: true } })
  return rows[0] ?? null
}
