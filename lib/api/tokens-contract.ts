import * as z from 'zod/mini'
import { role } from '#lib/domain/role.ts'
import { scope } from '#lib/domain/scope.ts'
import { tokenLabel, tokenName } from '#lib/domain/token-name.ts'

/** What crosses HTTP about tokens of the API. */

const name = z.string().check(z.regex(tokenName, 'a token name is 1 to 63 letters, digits and . _ @ -'))
const label = z.string().check(z.regex(tokenLabel, 'a label is 1 to 30 letters, digits and . _ -'))

const limits = {
  /** Not there, or null: all that the role may. An empty list: only reading. */
  scopes: z.optional(z.nullable(z.array(scope).check(z.maxLength(scope.options.length)))),
  /** null: it never ends by itself. */
  expiresInDays: z._default(z.nullable(z.int().check(z.minimum(1), z.maximum(3650))), 365),
}

export const tokenCreate = z.strictObject({ name, role, ...limits })
export type TokenCreate = z.output<typeof tokenCreate>

/** One's own: without a role it has one's own; it never does more than one may at that moment. */
export const ownTokenCreate = z.strictObject({ label, role: z.optional(role), ...limits })
export type OwnTokenCreate = z.output<typeof ownTokenCreate>

export const apiToken = z.object({
  id: z.string(),
  name: z.string(),
  role,
  scopes: z.nullable(z.array(scope)),
  /** Whose own it is; null for one of the site. */
  owner: z.nullable(z.string()),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.nullable(z.iso.datetime()),
  lastUsedAt: z.nullable(z.iso.datetime()),
  lastUsedIp: z.nullable(z.string()),
  /** Why it opens nothing any more. */
  dead: z.nullable(z.enum(['expired', 'disabled', 'revoked'])),
})
export type ApiToken = z.infer<typeof apiToken>
export const apiTokenList = z.object({ tokens: z.array(apiToken) })
/** `token` is shown this once; only its hash is kept. */
export const tokenCreated = z.object({ id: z.string(), name: z.string(), token: z.string(), expiresAt: z.nullable(z.iso.datetime()) })
export type TokenCreated = z.infer<typeof tokenCreated>
