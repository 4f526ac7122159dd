'use client'

import { useTranslations } from 'next-intl'
import { asOf } from '#lib/domain/as-of.ts'
import { ageWords } from '../ui/age.tsx'
import { useNow } from '../ui/clock.tsx'
import { cx } from '../ui/class-names.ts'
import { PowerMark } from '../ui/marks.tsx'
import { useWords } from '../ui/words.tsx'
import type { Fate, Target } from './plan.ts'

/** One node: what it is now, how old that is, and what speaks against it. */
export function Present({ target, fate }: { target: Target; fate: Fate | undefined }) {
  const t = useTranslations('power')
  const state = useTranslations('powerState')
  const words = useWords()
  const nowMs = useNow()
  const { power } = asOf(target, nowMs)
  const { at } = target.power
  return (
    <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
      <PowerMark state={power} />
      <span className="font-mono font-medium">{target.name}</span>
      <span className="text-muted">
        {at === null ? t('presentNever') : t('present', { state: state(power === 'unknown' ? target.power.state : power), age: ageWords(nowMs - Date.parse(at), words) })}
      </span>
      {fate !== undefined && fate !== 'act' && <span className={cx('w-full', fate === 'later' ? 'text-muted' : 'text-warning')}>{t(`fate.${fate}`)}</span>}
    </p>
  )
}
