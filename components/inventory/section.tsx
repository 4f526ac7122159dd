'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { SectionState } from '#lib/domain/inventory.ts'
import { HealthMark } from '../ui/marks.tsx'

type SectionProps = {
  id: string
  title: string
  /** What it is in short. */
  sub?: string
  state: SectionState | 'untold'
  isEmpty: boolean
  children: ReactNode
}

/** A part of the inventory: its name, what could not be read of it, and its parts. */
export function Section({ id, title, sub, state, isEmpty, children }: SectionProps) {
  const t = useTranslations('inventory')
  return (
    <section aria-labelledby={id} className="border-b last:border-b-0">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1 px-5 pt-4 pb-2">
        <h2 id={id} className="text-label text-muted">
          {title}
        </h2>
        {sub !== undefined && sub !== '' && <span>{sub}</span>}
        {(state === 'partial' || state === 'failed') && (
          <span className="flex items-center gap-2 text-label text-warning">
            <HealthMark level="warning" />
            {t(`state.${state}`)}
          </span>
        )}
      </div>
      {isEmpty ? <p className="px-5 pb-4 text-faint">{state === 'failed' || state === 'partial' ? t('unread') : t('none')}</p> : children}
    </section>
  )
}
