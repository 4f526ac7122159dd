import type { Event } from '#lib/api/contract.ts'

/** When it stands in the list: the BMC's time, or when we saw it where the BMC's clock was not set. */
export const timeOf = ({ at, seenAt }: Pick<Event, 'at' | 'seenAt'>) => at ?? seenAt

/**
 * Those of the newest page that the reader does not see yet. What is older than the end of an unfinished list is not new:
 * it is only not loaded. Pure.
 */
export function toUnseen(shown: readonly Event[], newest: readonly Event[], isWhole: boolean): Event[] {
  const known = new Set(shown.map(({ id }) => id))
  const last = shown.at(-1)
  return newest.filter((event) => !known.has(event.id) && (isWhole || last === undefined || timeOf(event) >= timeOf(last)))
}

const logOf = ({ node, source }: Pick<Event, 'node' | 'source'>) => `${node} ${source}`

/**
 * The shown rows as they are now: an entry may have been cleared since. Their order and number stay. A log is cleared as a whole, so
 * that what was cleared in the newest page tells it of the older rows too, which are not read again. Pure.
 */
export function refreshed(shown: readonly Event[], newest: readonly Event[]): Event[] {
  const fresh = new Map(newest.map((event) => [event.id, event]))
  const cleared = new Set<string>()
  return shown.map((event) => {
    const now = fresh.get(event.id)
    if (now === undefined) return cleared.has(logOf(event)) ? { ...event, cleared: true } : event
    if (now.cleared && !event.cleared) cleared.add(logOf(event))
    return now
  })
}

/** Just after an entry, so that a list that ends there begins with it (`to` is exclusive). */
export const justAfter = (event: Pick<Event, 'at' | 'seenAt'>) => new Date(Date.parse(timeOf(event)) + 1).toISOString()
