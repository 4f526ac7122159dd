import type { ApiToken, OwnTokenCreate, TokenCreate, TokenCreated } from '#lib/api/tokens-contract.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { isAtLeast } from '#lib/domain/permission.ts'
import type { Role } from '#lib/domain/role.ts'
import { isNarrower, type Scopes } from '#lib/domain/scope-rules.ts'
import { makeToken, toExpiry, type TokenAsked } from '#lib/auth/api-token.ts'
import { record } from '#lib/auth/record.ts'
import type { SignedInUser } from '#lib/auth/signed-in-user.ts'
import { prisma } from '#lib/db/client.ts'
import { notifyRevoked } from '#lib/db/sessions.ts'
import { listTokenRows, markTokenRevoked, type TokenRow } from '#lib/db/tokens.ts'
import { change, demand, refuse } from './permission.ts'

const toApiToken = ({ owner, scopes, createdAt, expiresAt, lastUsedAt, ...row }: TokenRow): ApiToken => ({
  ...row,
  owner: owner?.name ?? null,
  scopes: scopes === null ? null : [...scopes],
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt?.toISOString() ?? null,
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
})

/** Every token that was not revoked, of the site and of persons. */
export async function listTokens(user: SignedInUser): Promise<ApiToken[]> {
  await demand(user, 'manageUsers')
  return (await listTokenRows(prisma())).map(toApiToken)
}

/** A token that makes tokens would else be a way around its own limits. */
async function demandNoMore(user: SignedInUser, name: string, role: Role, scopes: Scopes): Promise<void> {
  if (isAtLeast(user.role, role) && isNarrower(scopes, user.scopes ?? null)) return
  await refuse(user, { action: 'token-create', target: name, detail: { role, scopes } }, new BaseboardError('forbidden', 403, 'nobody makes a token that may do more than they'))
}

async function make(user: SignedInUser, asked: TokenAsked): Promise<TokenCreated> {
  await demandNoMore(user, asked.name, asked.role, asked.scopes)
  const { id, token } = await change((tx) => makeToken(tx, user, asked))
  return { id, token, name: asked.name, expiresAt: asked.expiresAt?.toISOString() ?? null }
}

const toScopes = ({ scopes }: Pick<TokenCreate, 'scopes'>): Scopes => (scopes == null ? null : [...new Set(scopes)])

/** Makes a token of the site and gives it, this once. Throws `name-taken` (409), or `forbidden` for more than the maker may. */
export async function createToken(user: SignedInUser, request: TokenCreate): Promise<TokenCreated> {
  const { name, role, expiresInDays } = request
  await demand(user, 'manageUsers', { action: 'token-create', target: name, detail: { role } })
  return make(user, { name, role, scopes: toScopes(request), expiresAt: toExpiry(expiresInDays), userId: null })
}

/** Ends a token at once. */
export async function revokeToken(user: SignedInUser, id: string): Promise<void> {
  await demand(user, 'manageUsers', { action: 'token-revoke', target: id })
  await revoke(user, id)
}

async function revoke(user: SignedInUser, id: string, userId?: string): Promise<void> {
  await change(async (tx) => {
    const token = await markTokenRevoked(tx, id, userId)
    if (token === null) throw new BaseboardError('unknown-token', 404, `there is no token ${id}`)
    await notifyRevoked(tx, id)
    await record(tx, user, { action: 'token-revoke', outcome: 'ok', target: token.name })
  })
}

/** A token cannot own tokens: with it gone, what it had made would stay. */
function demandPerson(user: SignedInUser): void {
  if (user.kind !== 'person') throw new BaseboardError('forbidden', 403, 'only a person has tokens of their own: sign in with name and password')
}

export async function listOwnTokens(user: SignedInUser): Promise<ApiToken[]> {
  demandPerson(user)
  return (await listTokenRows(prisma(), user.id)).map(toApiToken)
}

/** Makes a token of one's own, `ada@laptop`, and gives it, this once. */
export async function createOwnToken(user: SignedInUser, request: OwnTokenCreate): Promise<TokenCreated> {
  demandPerson(user)
  const { label, role = user.role, expiresInDays } = request
  return make(user, { name: `${user.name}@${label}`, role, scopes: toScopes(request), expiresAt: toExpiry(expiresInDays), userId: user.id })
}

export async function revokeOwnToken(user: SignedInUser, id: string): Promise<void> {
  demandPerson(user)
  await revoke(user, id, user.id)
}
