'use client'

import { useTranslations } from 'next-intl'
import type { BudgetAct } from '#lib/domain/budget.ts'
import { toPowerText } from '#lib/domain/words.ts'

/** What is to be done, as a person says it. */
export function useActWords(): (act: BudgetAct) => string {
  const t = useTranslations('budgets.act')
  return (act) => {
    if (act.do === 'cap') return t('cap', { watts: toPowerText(act.watts) })
    return act.forceAfterSeconds === null ? t('shutdown') : t('shutdownThenForce', { seconds: act.forceAfterSeconds })
  }
}
