import { BaseboardError } from '#lib/domain/errors.ts'
import { prisma } from '#lib/db/client.ts'
import { findToken, noteRefusal, touchToken, type TokenRow } from '#lib/db/tokens.ts'
import { record } from './record.ts'
import { hashOf } from './secret.ts'
import type { Origin, SignedInUser } from './signed-in-user.ts'

const touchEveryMs = 60_000
/** A script that goes on with a dead token is told of each time, and the audit once in so long. */
const recordEveryMs = 10 * 60_000

const words = {
  revoked: () => 'this token was revoked: ask for another one',
  expired: ({ expiresAt }: TokenRow) => `this token expired on ${expiresAt!.toISOString().slice(0, 16).replace('T', ' ')} UTC: ask for another one`,
  disabled: ({ owner }: TokenRow) => `this token is that of ${owner!.name}, whose account is disabled`,
} as const

/** Throws `token-revoked`, `token-expired` or `token-disabled` (401). That it was tried stands in the audit. */
async function refuse(token: TokenRow, why: NonNullable<TokenRow['dead']>, origin: Origin): Promise<never> {
  const now = new Date()
  await prisma().$transaction(async (tx) => {
    if (!(await noteRefusal(tx, token.id, now, new Date(now.getTime() - recordEveryMs)))) return
    await record(tx, { name: token.name, kind: 'token', ...origin }, { action: 'token-use', outcome: 'refused', target: token.name, detail: { reason: why } })
  })
  throw new BaseboardError(`token-${why}`, 401, words[why](token))
}

/** Whose token of the API is this? Null for what is none; throws for one that opens nothing any more, with why. */
export async function userOfToken(token: string, origin: Origin): Promise<SignedInUser | null> {
  if (!/^bb_[A-Za-z0-9_-]{43}$/.test(token)) return null
  const found = await findToken(prisma(), hashOf(token))
  if (found === null) return null
  if (found.dead !== null) return refuse(found, found.dead, origin)
  const now = new Date()
  const isFresh = found.lastUsedAt !== null && now.getTime() - found.lastUsedAt.getTime() <= touchEveryMs
  if (!isFresh) await touchToken(prisma(), found.id, now, origin.ip)
  return { id: found.id, name: found.name, role: found.role, scopes: found.scopes, kind: 'token', sessionId: null, ...origin }
}
