'use client'

import { useTranslations } from 'next-intl'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import type { Event } from '#lib/api/contract.ts'
import { CopyBox } from '../ui/copy.tsx'
import { toUtcText } from '../ui/instant.tsx'
import { useHydrated } from '../ui/local-time.tsx'
import { useChangeFields } from './event-words.ts'

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="contents">
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </div>
  )
}

function Change({ change }: { change: NonNullable<Event['change']> }) {
  const fields = useChangeFields()(change)
  return fields.map(({ field, text }) => (
    <Line key={field} name={field}>
      <span className="font-mono">{text}</span>
    </Line>
  ))
}

/** All that is known of an entry: the BMC's own words, its times, its bytes, and the address to pass on. */
export function EventDetail({ event, isFleet }: { event: Event; isFleet: boolean }) {
  const t = useTranslations('events')
  const pathname = usePathname()
  const origin = useHydrated() ? window.location.origin : ''
  const { change } = event
  const page = isFleet ? pathname : `/nodes/${encodeURIComponent(event.node)}/events`
  return (
    <div className="flex max-w-3xl flex-col gap-4">
      <dl className="grid grid-cols-[minmax(6rem,auto)_minmax(0,1fr)] gap-x-6 gap-y-1.5">
        {change !== null && <Change change={change} />}
        {event.sensor !== null && <Line name={t('sensor')}>{event.sensor}</Line>}
        {event.severity !== null && <Line name={t('bmcSays')}>{event.severity}</Line>}
        {event.messageId !== null && (
          <Line name={t('messageId')}>
            <span className="font-mono">{event.messageId}</span>
          </Line>
        )}
        <Line name={t('source')}>
          {event.source} <span className="font-mono text-muted">{event.sourceId}</span>
        </Line>
        <Line name={t('when')}>
          {event.at !== null ? toUtcText(event.at) : event.bmcTime === null ? t('clockTitle') : t('clockTitleWrote', { time: event.bmcTime })}
        </Line>
        <Line name={t('firstSeen')}>{toUtcText(event.seenAt)}</Line>
        {event.cleared && <Line name={t('cleared')}>{t('clearedText')}</Line>}
      </dl>
      {event.raw !== null && (
        <div className="flex flex-col gap-1.5">
          <span className="text-label text-muted">{t('raw')}</span>
          <CopyBox text={event.raw} label={t('copyRaw')} />
        </div>
      )}
      <div className="flex flex-col gap-1.5">
        <span className="text-label text-muted">{t('link')}</span>
        <CopyBox text={`${origin}${page}?event=${event.id}`} label={t('copyLink')} />
      </div>
    </div>
  )
}
