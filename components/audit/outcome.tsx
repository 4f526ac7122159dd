'use client'

import { useTranslations } from 'next-intl'
import { cx } from '#components/ui/class-names.ts'
import { HealthMark, type HealthMarkLevel } from '#components/ui/marks.tsx'
import { outcomes } from './filter.ts'

type Known = (typeof outcomes)[number]

const marks: Partial<Record<Known, HealthMarkLevel>> = { refused: 'warning', failed: 'critical', unknown: 'unknown' }

const isKnown = (outcome: string): outcome is Known => (outcomes as readonly string[]).includes(outcome)

/** How it ended: what went well is quiet, what did not has its mark. */
export function Outcome({ outcome }: { outcome: string }) {
  const t = useTranslations('audit')
  const mark = isKnown(outcome) ? marks[outcome] : undefined
  return (
    <span className={cx('inline-flex items-center gap-2 align-middle whitespace-nowrap', mark === undefined && 'text-muted')}>
      <span className="flex h-3 w-3">{mark !== undefined && <HealthMark level={mark} />}</span>
      {isKnown(outcome) ? t(`outcomes.${outcome}`) : outcome}
    </span>
  )
}
