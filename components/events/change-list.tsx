'use client'

import { useTranslations } from 'next-intl'
import type { Event } from '#lib/api/contract.ts'
import { Link } from '../ui/link.tsx'
import { EventTime } from './event-time.tsx'
import { useChangeFields, useEventText } from './event-words.ts'

/** What was replaced, added, removed or changed in a node, newest first. */
export function ChangeList({ changes }: { changes: readonly Event[] }) {
  const t = useTranslations('events')
  const textOf = useEventText()
  const fieldsOf = useChangeFields()
  if (changes.length === 0) return <p className="text-faint">{t('noChanges')}</p>
  return (
    <ul className="flex flex-col gap-3">
      {changes.map((event) => (
        <li key={event.id}>
          <div className="flex items-baseline justify-between gap-3">
            <Link
              href={`/nodes/${encodeURIComponent(event.node)}/events?event=${event.id}`}
              prefetch={false}
              className="min-w-0 break-words no-underline! hover:underline!"
            >
              {textOf(event)}
            </Link>
            <EventTime event={event} className="shrink-0 text-label text-faint" />
          </div>
          {event.change !== null && (
            <ul className="text-label text-muted">
              {fieldsOf(event.change).map(({ field, text }) => (
                <li key={field} className="break-words">
                  {field} <span className="font-mono">{text}</span>
                </li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  )
}
