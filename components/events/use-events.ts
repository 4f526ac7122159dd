'use client'

import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Event, NodeEventList } from '#lib/api/contract.ts'
import { eventQuery, eventsQuery, keys, newestEventsQuery, type EventFilter } from '#lib/api/queries.ts'
import { justAfter, refreshed, toUnseen } from './rows.ts'

export type LogSource = NodeEventList['sources'][number]

const none: readonly never[] = []

/**
 * The list that a filter asks for, as far as it was loaded, and what came since. An entry that the address points at and that the newest
 * page does not have makes the list begin with it: then `isFromLinked` says that newer ones are left out.
 */
export function useEvents(node: string | null, filter: EventFilter, linked: string | null) {
  const client = useQueryClient()
  const pointed = useQuery({ ...eventQuery(linked ?? ''), enabled: linked !== null })
  const top = useInfiniteQuery({ ...eventsQuery(node, filter), placeholderData: keepPreviousData })
  const isInTop = top.data?.pages.some((page) => page.events.some(({ id }) => id === linked)) ?? false
  const isFromLinked = linked !== null && pointed.data !== undefined && top.data !== undefined && !top.isPlaceholderData && !isInTop
  const endsAtLinked = isFromLinked ? { ...filter, to: justAfter(pointed.data) } : filter
  const below = useInfiniteQuery({ ...eventsQuery(node, endsAtLinked), enabled: isFromLinked })
  const list = isFromLinked ? below : top
  const loaded: readonly Event[] = list.data?.pages.flatMap((page) => page.events) ?? none
  const first = top.isPlaceholderData ? undefined : top.data?.pages[0]
  const newest = useQuery({
    ...newestEventsQuery(node, filter),
    enabled: first !== undefined,
    initialData: first,
    initialDataUpdatedAt: top.dataUpdatedAt,
  })
  const newestEvents = newest.data?.events ?? none
  const sources = newest.data?.sources ?? first?.sources ?? none
  /** Puts the newest page in the list's place, without asking again. */
  const showNewest = () => {
    if (newest.data !== undefined) client.setQueryData(keys.eventPages(node, filter), { pages: [newest.data], pageParams: [undefined] })
  }
  return {
    events: refreshed(loaded, newestEvents),
    unseen: isFromLinked || first === undefined ? none : toUnseen(loaded, newestEvents, !top.hasNextPage),
    showNewest,
    list,
    isFromLinked,
    isLinkGone: linked !== null && pointed.isError,
    sourceNames: sources.map((source) => (typeof source === 'string' ? source : source.name)),
    /** The logs of a node as they were last read; empty for the fleet. */
    logs: sources.filter((source): source is LogSource => typeof source !== 'string'),
    /** The last reading failed although an earlier one is shown. */
    isOld: newest.isError && loaded.length > 0,
  }
}
