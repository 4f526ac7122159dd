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

/** The shown rows as they are now: an entry may have been cleared since. Their order and number stay. Pure. */
export function refreshed(shown: readonly Event[], newest: readonly Event[]): Event[] {
  const fresh = new Map(newest.map((event) => [event.id, event]))
  return shown.map((event) => fresh.get(event.id) ?? event)
}

/** Just after an entry, so that a list that ends there begins with it (`to` is exclusive). */
export const justAfter = (event: Pick<Event, 'at' | 'seenAt'>) => new Date(Date.parse(timeOf(event)) + 1).toISOString()
