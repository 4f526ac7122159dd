'use client'

import { useTranslations } from 'next-intl'
import type { PowerDraw } from '#lib/domain/sensor.ts'
import { toPowerText } from '#lib/domain/words.ts'
import { ageWords } from '../ui/age.tsx'
import { cx } from '../ui/class-names.ts'
import { useWords } from '../ui/words.tsx'

const minuteMs = 60_000

/** What the whole node draws in a line: now, and what its BMC tells of average, peak, cap and supplies. */
export function Draw({ draw, dim }: { draw: PowerDraw; /** The BMC does not answer now: these are of before. */ dim: boolean }) {
  const t = useTranslations('sensors.draw')
  const words = useWords()
  const { watts, average, peak, minutes, limit, capacity } = draw
  const rest = [
    average === undefined
      ? undefined
      : minutes === undefined
        ? t('average', { watts: toPowerText(average) })
        : t('averageOver', { watts: toPowerText(average), span: ageWords(minutes * minuteMs, words) }),
    peak === undefined ? undefined : t('peak', { watts: toPowerText(peak) }),
    limit === undefined ? undefined : t('limit', { watts: toPowerText(limit) }),
    capacity === undefined ? undefined : t('capacity', { watts: toPowerText(capacity) }),
  ].filter((part) => part !== undefined)
  return (
    <p className={cx('flex flex-wrap gap-x-3 border-b px-5 py-2.5', dim && 'text-faint')}>
      <span>{t('now', { watts: toPowerText(watts) })}</span>
      {rest.map((part) => (
        <span key={part} className="text-muted">
          {part}
        </span>
      ))}
    </p>
  )
}
