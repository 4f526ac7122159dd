'use client'

import { useTranslations } from 'next-intl'
import type { BudgetDetail } from '#lib/api/budgets-contract.ts'
import { useActWords } from './use-budget-words.ts'

/** What would be done now, in order: one node after the other until the total is low enough. */
export function PlanList({ detail: { plan, planned } }: { detail: BudgetDetail }) {
  const t = useTranslations('budgets')
  const words = useActWords()
  if (planned === 0) return <p className="text-muted">{t('planEmpty')}</p>
  return (
    <>
      <ol aria-label={t('plan')} className="flex max-h-72 flex-col overflow-y-auto">
        {plan.map(({ line, node, act, skip }, place) => (
          <li key={`${line} ${node}`} className="flex flex-wrap items-baseline gap-x-3 border-b py-1 last:border-b-0">
            <span aria-hidden className="w-6 text-right text-faint">
              {place + 1}
            </span>
            <span className="font-mono">{node}</span>
            <span className={skip === null ? undefined : 'text-faint line-through'}>{words(act)}</span>
            {skip !== null && <span className="text-muted">{t(`skip.${skip}`)}</span>}
          </li>
        ))}
      </ol>
      {planned > plan.length && <p className="pt-1 text-muted">{t('planMore', { count: planned - plan.length })}</p>}
    </>
  )
}
