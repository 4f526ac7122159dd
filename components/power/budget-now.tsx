'use client'

import { useTranslations } from 'next-intl'
import type { Budget } from '#lib/api/budgets-contract.ts'
import type { HealthLevel } from '#lib/domain/health.ts'
import { ageWords } from '../ui/age.tsx'
import { useNow } from '../ui/clock.tsx'
import { HealthMark } from '../ui/marks.tsx'
import { useWords } from '../ui/words.tsx'

const marks = { ok: 'ok', warning: 'warning', over: 'critical', unknown: 'unknown' } as const satisfies Record<string, HealthLevel>

/** A look so long ago says nothing of now. */
const oldMs = 30_000

/** How a budget stands, in words: its level, what keeps it from acting, when it will be full, and what is not known. */
export function BudgetNow({ budget }: { budget: Budget }) {
  const t = useTranslations('budgets')
  const words = useWords()
  const nowMs = useNow()
  const { now } = budget
  if (now === null || nowMs - Date.parse(now.lookedAt) > oldMs) {
    return <p className="text-faint">{now === null ? t('neverLooked') : t('notLooked', { age: ageWords(nowMs - Date.parse(now.lookedAt), words) })}</p>
  }
  const { level, isPassed, hold, overSince, fullAt, total } = now
  const standing = () => {
    if (level !== 'over') return t(`level.${level}`)
    if (!isPassed) return t('overFor', { age: ageWords(nowMs - Date.parse(overSince ?? now.since), words), seconds: budget.overSeconds })
    return t(total.watts > budget.capWatts ? 'level.over' : 'level.easing')
  }
  const notes = [
    isPassed && hold !== null ? t(`hold.${hold}`) : null,
    fullAt !== null && Date.parse(fullAt) > nowMs ? t('fullIn', { age: ageWords(Date.parse(fullAt) - nowMs, words) }) : null,
    total.silent > 0 ? t('silent', { count: total.silent }) : null,
  ].filter((note) => note !== null)
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-0.5">
      <span className="flex items-center gap-2">
        <HealthMark level={marks[level]} />
        {standing()}
      </span>
      {notes.map((note) => (
        <span key={note} className="text-muted">
          {note}
        </span>
      ))}
    </p>
  )
}
