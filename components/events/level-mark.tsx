'use client'

import { useTranslations } from 'next-intl'
import type { Event } from '#lib/api/contract.ts'
import { HealthMark } from '../ui/marks.tsx'

/** How grave: a triangle or a diamond; what is only information has no mark, so that trouble is what one sees. The BMC's own word is its title. */
export function LevelMark({ event }: { event: Pick<Event, 'level' | 'severity'> }) {
  const t = useTranslations('events')
  const words = event.severity === null ? t(`level.${event.level}`) : t('severity', { level: t(`level.${event.level}`), severity: event.severity })
  return (
    <span title={words} className="inline-flex size-3 shrink-0">
      {event.level === 'ok' ? <span className="sr-only">{words}</span> : <HealthMark level={event.level} label={words} />}
    </span>
  )
}
