import type { EventFilter } from '#lib/api/queries.ts'
import type { LogLevel } from '#lib/domain/log-entry.ts'

/** The levels as the filter shows them, worst first. */
export const levels = ['critical', 'warning', 'ok'] as const satisfies readonly LogLevel[]

const longestText = 200

const isInstant = (text: string) => !Number.isNaN(Date.parse(text))

/** The levels that a filter lets through; none named means all. */
export const levelsOf = ({ level }: EventFilter): readonly LogLevel[] => levels.filter((one) => level?.split(',').includes(one))

/** Lets a level through or not; all of them is the same as none named. */
export function toggleLevel(filter: EventFilter, level: LogLevel): string | undefined {
  const chosen = levelsOf(filter)
  const next = levels.filter((one) => (one === level ? !chosen.includes(one) : chosen.includes(one)))
  return next.length === 0 || next.length === levels.length ? undefined : next.join(',')
}

/** The filter that an address asks for; what is empty, no time or no level is left out. Pure. */
export function toFilter(search: URLSearchParams): EventFilter {
  const filter: EventFilter = {}
  for (const key of ['source', 'q', 'node'] as const) {
    const value = (search.get(key) ?? '').trim().slice(0, longestText)
    if (value !== '') filter[key] = value
  }
  for (const key of ['from', 'to'] as const) {
    const value = search.get(key) ?? ''
    if (isInstant(value)) filter[key] = new Date(value).toISOString()
  }
  const level = levelsOf({ level: search.get('level') ?? '' })
  if (level.length > 0) filter.level = level.join(',')
  if (search.get('cleared') === 'false') filter.cleared = 'false'
  return filter
}
