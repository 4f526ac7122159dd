'use client'

import { useTranslations } from 'next-intl'
import type { Event } from '#lib/api/contract.ts'
import { HealthMark } from '../ui/marks.tsx'

/** How grave: a triangle or a diamond; mere information has no mark, so that trouble is what one sees. Its title has the BMC's own word. */
export function LevelMark({ event }: { event: Pick<Event, 'level' | 'severity'> }) {
  const t = useTranslations('events')
  const level = t(`level.${event.level}`)
  const words = event.severity === null ? level : t('severity', { level, severity: event.severity })
  return (
    <span title={words} className="inline-flex size-3 shrink-0">
      {event.level === 'ok' ? <span className="sr-only">{words}</span> : <HealthMark level={event.level} label={words} />}
    </span>
  )
}
