'use client'

import { ArrowDownNarrowWide, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { chipStyle } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { FilterField } from '../ui/filter-field.tsx'
import type { StepsView } from './steps-view.ts'

type StepFilterBarProps = { view: StepsView; onType: (text: string) => void; onShow: (view: StepsView) => void; onClear: () => void }

/** What of the steps is shown, and in which order. */
export function StepFilterBar({ view, onType, onShow, onClear }: StepFilterBarProps) {
  const t = useTranslations('operations')
  const isFiltered = view.text !== '' || view.states.length > 0 || view.batch !== null
  return (
    <search aria-label={t('filter.steps')} className="sticky top-0 z-20 flex min-h-13 flex-wrap items-center gap-2 border-b bg-background px-5 py-2">
      <FilterField label={t('filter.findNode')} value={view.text} onType={onType} maxLength={1000} className="font-mono placeholder:font-sans" />
      {view.batch !== null && (
        <button type="button" onClick={() => onShow({ ...view, batch: null })} className={chipStyle(true)}>
          {t('filter.batch', { batch: view.batch })}
          <X size={13} aria-hidden />
        </button>
      )}
      <button type="button" aria-pressed={view.inOrder} title={t('filter.inOrderTitle')} onClick={() => onShow({ ...view, inOrder: !view.inOrder })} className={chipStyle(view.inOrder)}>
        <ArrowDownNarrowWide size={13} aria-hidden />
        {t('filter.inOrder')}
      </button>
      {isFiltered && (
        <Button kind="quiet" size="sm" onClick={onClear}>
          {t('filter.clear')}
        </Button>
      )}
    </search>
  )
}
