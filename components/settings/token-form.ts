import { may, type Action } from '#lib/domain/permission.ts'
import type { Role } from '#lib/domain/role.ts'
import { scopeOf, scopes, type Scope } from '#lib/domain/scope-rules.ts'
import { tokenLabel, tokenName } from '#lib/domain/token-name.ts'

export const ends = ['month', 'quarter', 'year', 'never'] as const
export type Ends = (typeof ends)[number]

const days: Record<Ends, number | null> = { month: 30, quarter: 90, year: 365, never: null }
export const toDays = (end: Ends): number | null => days[end]

export const exampleName = 'backup-script'
export const exampleLabel = 'laptop'

/** Can a token be called that, or have this label when it is one's own? */
export const isTokenName = (text: string, isOwn: boolean): boolean => (isOwn ? tokenLabel : tokenName).test(text)

/** The scopes that mean something for a role: those with an action that it may do. */
export const scopesOf = (role: Role): Scope[] =>
  scopes.filter((one) => Object.entries(scopeOf).some(([action, of]) => of === one && may({ role }, action as Action)))
