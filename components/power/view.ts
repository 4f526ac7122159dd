import { toSearch } from '#lib/api/paths.ts'
import type { PowerHistoryFilter } from '#lib/api/queries.ts'
import type { PowerScope } from '#lib/domain/power-total.ts'

/** How many hours the chart reaches back. */
export const ranges = [0.25, 1, 6, 24, 168, 720] as const
export type Range = (typeof ranges)[number]
const usualRange: Range = 6

/** Which total the chart shows, and how far back: the address keeps both. */
export type View = { scope: PowerScope; hours: Range }

type Search = { get: (name: string) => string | null }

export function toView(search: Search): View {
  const kind = (['group', 'rack', 'budget'] as const).find((one) => search.get(one))
  const hours = ranges.find((range) => String(range) === search.get('hours')) ?? usualRange
  return { scope: kind === undefined ? { kind: 'fleet' } : { kind, name: search.get(kind) ?? '' }, hours }
}

const ofScope = (scope: PowerScope) => (scope.kind === 'fleet' ? {} : { [scope.kind]: scope.name })

export const toAddress = ({ scope, hours }: View): string => `/power${toSearch({ ...ofScope(scope), hours: hours === usualRange ? undefined : hours })}`

export const toFilter = ({ scope, hours }: View): PowerHistoryFilter => ({ ...ofScope(scope), hours })
