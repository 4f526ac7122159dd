import { may, type Action } from '#lib/domain/permission.ts'
import type { Role } from '#lib/domain/role.ts'
import { scope } from '#lib/domain/scope.ts'
import { scopeOf, type Scope } from '#lib/domain/scope-rules.ts'

export const ends = ['month', 'quarter', 'year', 'never'] as const
export type Ends = (typeof ends)[number]

const days: Record<Ends, number | null> = { month: 30, quarter: 90, year: 365, never: null }
export const toDays = (end: Ends): number | null => days[end]

export const mostName = 63
export const mostLabel = 30
export const exampleName = 'backup-script'
export const exampleLabel = 'laptop'

/** Can a token be called that? The label of one's own is added to one's name, so it has no @. */
export const isTokenName = (text: string, isOwn: boolean): boolean => (isOwn ? /^[\w.-]{1,30}$/ : /^[\w.@-]{1,63}$/).test(text)

/** The scopes that mean something for a role: those with an action that it may do. */
export const scopesOf = (role: Role): Scope[] =>
  scope.options.filter((one) => Object.entries(scopeOf).some(([action, of]) => of === one && may({ role }, action as Action)))
