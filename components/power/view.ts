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
  const [group, rack] = [search.get('group'), search.get('rack')]
  const hours = ranges.find((range) => String(range) === search.get('hours')) ?? usualRange
  return { scope: group ? { kind: 'group', name: group } : rack ? { kind: 'rack', name: rack } : { kind: 'fleet' }, hours }
}

const ofScope = (scope: PowerScope) => (scope.kind === 'fleet' ? {} : { [scope.kind]: scope.name })

export const toAddress = ({ scope, hours }: View): string => `/power${toSearch({ ...ofScope(scope), hours: hours === usualRange ? undefined : hours })}`

export const toFilter = ({ scope, hours }: View): PowerHistoryFilter => ({ ...ofScope(scope), hours })
