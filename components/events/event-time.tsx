'use client'

import { useTranslations } from 'next-intl'
import type { Event } from '#lib/api/contract.ts'
import { LocalTime, type TimeShape } from '../ui/local-time.tsx'

type EventTimeProps = { event: Pick<Event, 'at' | 'seenAt' | 'bmcTime'>; shape?: TimeShape; className?: string }

/** When it happened by the BMC's clock; where that was not set, when we saw it, and that it is so. */
export function EventTime({ event, shape, className }: EventTimeProps) {
  const t = useTranslations('events')
  if (event.at !== null) return <LocalTime at={event.at} shape={shape} className={className} />
  const title = event.bmcTime === null ? t('clockTitle') : t('clockTitleWrote', { time: event.bmcTime })
  return (
    <span title={title} className={className}>
      {t('seen')} <LocalTime at={event.seenAt} shape={shape} />
    </span>
  )
}
