'use client'

import { useTranslations } from 'next-intl'
import { toClockState, type BmcClock } from '#lib/domain/bmc-clock.ts'
import { spanWords } from '../ui/age.tsx'
import { useWords } from '../ui/words.tsx'

/** A BMC's clock in words: `8 h ahead`, `within 1 s of ours`, `not set`; null is one that is not told. */
export function useClockWords(): (clock: BmcClock | null) => string {
  const t = useTranslations('node.clock')
  const words = useWords()
  return (clock) => {
    if (clock === null) return t('untold')
    const { aheadSeconds, withinSeconds } = clock
    if (aheadSeconds === null) return t('unset')
    if (toClockState(clock) === 'right') return t('right', { seconds: Math.ceil(Math.abs(aheadSeconds) + withinSeconds) })
    return t(aheadSeconds > 0 ? 'ahead' : 'behind', { span: spanWords(Math.abs(aheadSeconds) * 1000, words) })
  }
}
