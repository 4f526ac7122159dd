'use client'

import { useTranslations } from 'next-intl'
import { Banner } from '#components/ui/states.tsx'
import { useNow } from '#components/ui/clock.tsx'
import { useTimeFormat } from '#components/ui/local-time.tsx'
import { useStreamState } from './live.tsx'

/** A short gap is a restart or a lid that was closed: not worth a word. */
const patienceMs = 5_000

/** Says that the server is away, and that what is shown is of then. */
export function LostBanner() {
  const t = useTranslations('shell')
  const stream = useStreamState()
  const now = useNow()
  const format = useTimeFormat('time')
  if (stream.state !== 'lost' || now - stream.since < patienceMs) return null
  return (
    <Banner tone="warning" title={t('lostTitle', { time: format(stream.since) })}>
      {t('lostText')}
    </Banner>
  )
}
