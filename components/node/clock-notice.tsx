'use client'

import { useTranslations } from 'next-intl'
import { looksLikeZone, toClockState, type BmcClock } from '#lib/domain/bmc-clock.ts'
import type { Endpoint, Protocol } from '#lib/domain/bmc.ts'
import { ageWords } from '../ui/age.tsx'
import { useNow } from '../ui/clock.tsx'
import { Instant } from '../ui/instant.tsx'
import { Banner } from '../ui/states.tsx'
import { useWords } from '../ui/words.tsx'
import { useClockWords } from './clock-words.ts'

/** Above logs that are read by this protocol: that their times are by a clock which is off, and what to do. Nothing where it is right. */
export function ClockNotice({ endpoints, via }: { endpoints: readonly Endpoint[]; via: Protocol }) {
  const facts = endpoints.find(({ protocol }) => protocol === via)?.facts
  if (!facts?.clock || facts.probedAt === undefined || toClockState(facts.clock) === 'right') return null
  return <WrongClock clock={facts.clock} at={facts.probedAt} />
}

function WrongClock({ clock, at }: { clock: BmcClock; at: string }) {
  const t = useTranslations('node.clock')
  const clockWords = useClockWords()
  const words = useWords()
  const ageMs = useNow() - Date.parse(at)
  const isUnset = toClockState(clock) === 'unset'
  return (
    <Banner tone="warning" className="shrink-0" title={t('noticeTitle', { clock: clockWords(clock) })}>
      <p>
        {isUnset ? t('noticeUnset') : t('noticeOff')} {looksLikeZone(clock) ? t('noticeZone') : t('noticeMend')}{' '}
        <Instant at={at} className="text-faint">
          {t('measured', { age: ageWords(ageMs, words) })}
        </Instant>
      </p>
    </Banner>
  )
}
