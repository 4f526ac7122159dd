import type { Role } from '#lib/domain/role.ts'
import type { Scopes } from '#lib/domain/scope-rules.ts'

/** Where a request came from, as server.ts saw it. */
export type Origin = { ip: string | null; requestId: string | null }

/**
 * Who is asking, and from where: the first argument of every function of `lib/data`. For a token `id` is the token's
 * and `sessionId` is null.
 */
export type SignedInUser = Origin & {
  id: string
  name: string
  role: Role
  kind: 'person' | 'token'
  sessionId: string | null
  /** What a token is held to; not there, or null, for all that the role may. */
  scopes?: Scopes
}
