'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import type { Event } from '#lib/api/contract.ts'
import { newestEventsQuery } from '#lib/api/queries.ts'
import { cx } from '../ui/class-names.ts'
import { useNow } from '../ui/clock.tsx'
import { Link } from '../ui/link.tsx'
import { Skeleton } from '../ui/states.tsx'
import { EventTime } from './event-time.tsx'
import { useEventText } from './event-words.ts'
import { LevelMark } from './level-mark.tsx'
import { timeOf } from './rows.ts'

const mostShown = 7
/** Within a day the hour says it; the date only for what is older. */
const dayMs = 20 * 3_600_000

/** What happened last to a node, for its overview. */
export function LatestEvents({ node }: { node: string }) {
  const t = useTranslations('events')
  const textOf = useEventText()
  const nowMs = Math.floor(useNow() / 60_000) * 60_000
  const { data, isError } = useQuery(newestEventsQuery(node, {}, mostShown))
  /** The sensor leads where the words alone do not name it. */
  const lineOf = (event: Event) => {
    const text = textOf(event)
    return event.sensor === null || event.change !== null || text.includes(event.sensor) ? text : t('about', { sensor: event.sensor, text })
  }
  const shapeOf = (event: Event) => (nowMs - Date.parse(timeOf(event)) < dayMs ? 'time' : 'moment')
  const base = `/nodes/${encodeURIComponent(node)}/events`
  return (
    <section aria-label={t('title')} className="border-b px-5 py-4 last:border-b-0">
      <div className="mb-3 flex items-baseline justify-between gap-4">
        <h2 className="text-label text-muted">{t('title')}</h2>
        <div className="text-label text-faint">
          <Link href={base}>{t('all')}</Link>
        </div>
      </div>
      {data === undefined && (isError ? <p className="text-muted">{t('errorTitle')}</p> : <Skeleton className="w-56" />)}
      {data?.events.length === 0 && <p className="text-faint">{data.sources.length === 0 ? t('unreadTitle') : t('emptyTitle')}</p>}
      <ul className="grid grid-cols-[auto_auto_minmax(0,1fr)] gap-x-3 gap-y-1.5">
        {data?.events.map((event) => (
          <li key={event.id} className="col-span-3 grid grid-cols-subgrid items-baseline">
            <EventTime event={event} shape={shapeOf(event)} className="font-mono text-label text-faint" />
            <span className="translate-y-px">
              <LevelMark event={event} />
            </span>
            <Link
              href={`${base}?event=${event.id}`}
              prefetch={false}
              className={cx('min-w-0 break-words no-underline! hover:underline!', (event.level === 'ok' || event.cleared) && 'text-muted')}
            >
              {lineOf(event)}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
