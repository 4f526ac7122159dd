'use client'

import { useTranslations } from 'next-intl'
import type { Event } from '#lib/api/contract.ts'
import { LocalTime } from '../ui/local-time.tsx'

/** When it happened by the BMC's clock; where that was not set, when we saw it, and that it is so. */
export function EventTime({ event, className }: { event: Pick<Event, 'at' | 'seenAt' | 'bmcTime'>; className?: string }) {
  const t = useTranslations('events')
  if (event.at !== null) return <LocalTime at={event.at} className={className} />
  const title = event.bmcTime === null ? t('clockTitle') : t('clockTitleWrote', { time: event.bmcTime })
  return (
    <span title={title} className={className}>
      {t('seen')} <LocalTime at={event.seenAt} />
    </span>
  )
}
