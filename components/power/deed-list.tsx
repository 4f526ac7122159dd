'use client'

import { useTranslations } from 'next-intl'
import type { BudgetDetail } from '#lib/api/budgets-contract.ts'
import { toPowerText } from '#lib/domain/words.ts'
import { Link } from '../ui/link.tsx'
import { LocalTime } from '../ui/local-time.tsx'
import { useActWords } from './use-budget-words.ts'

/** What a budget has done, the newest first; each leads to its operation. */
export function DeedList({ detail: { deeds } }: { detail: BudgetDetail }) {
  const t = useTranslations('budgets')
  const words = useActWords()
  if (deeds.length === 0) return <p className="text-muted">{t('deedsEmpty')}</p>
  return (
    <ul aria-label={t('deeds')} className="flex max-h-72 flex-col overflow-y-auto">
      {deeds.map(({ id, node, act, watts, capWatts, state, problem, decidedAt, operation, operationState }) => (
        <li key={id} className="flex flex-wrap items-baseline gap-x-3 border-b py-1 last:border-b-0">
          <LocalTime at={decidedAt} className="text-faint" />
          <span className="font-mono">{node}</span>
          <span>{words(act)}</span>
          <span className="text-muted">{t('atWatts', { watts: toPowerText(watts), cap: toPowerText(capWatts) })}</span>
          {operation !== null && operationState !== null ? (
            <Link href={`/operations/${operation}`} prefetch={false}>
              {t(`operationState.${operationState}`)}
            </Link>
          ) : (
            <span className="text-muted">
              {t(`deedState.${state}`)}
              {problem !== null && `: ${problem.message}`}
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}
