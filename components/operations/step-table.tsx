'use client'

import { useTranslations } from 'next-intl'
import { useRef, useState, type RefObject } from 'react'
import type { StepFilter } from '#lib/api/queries.ts'
import type { OperationAction } from '#lib/domain/operation.ts'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import { EmptyState, ErrorState } from '../ui/states.tsx'
import { useNarrow } from '../ui/use-narrow.ts'
import { useRowWindow } from '../ui/use-row-window.ts'
import { StepRow, stepGrid, stepHeight } from './step-row.tsx'
import { useSteps } from './use-steps.ts'

type StepTableProps = {
  id: string
  action: OperationAction
  filter: StepFilter
  /** The step that is looked at. */
  open: number | null
  onOpen: (position: number) => void
  /** What scrolls; the rows follow what else stands in it. */
  scroller: RefObject<HTMLElement | null>
  onClear: () => void
}

const covered = { top: 84, bottom: 0 }
/** As many grey rows as fill a page, until it is known how many there are. */
const unknownCount = 12

/** The steps as a table of which only the rows in sight exist, here and in the questions to the server. */
export function StepTable({ id, action, filter, open, onOpen, scroller, onClear }: StepTableProps) {
  const t = useTranslations('operations')
  const size = useNarrow() ? stepHeight.narrow : stepHeight.wide
  const body = useRef<HTMLDivElement>(null)
  const [known, setKnown] = useState(unknownCount)
  const { start, end } = useRowWindow({ count: known, size, scroller, body, covered })
  const { total, at, error } = useSteps(id, filter, start, end)
  if (total !== null && total !== known) setKnown(total)
  if (error !== null) return <ErrorState title={t('readFailed')} detail={error.message} detailLabel={t('detail')} />
  if (total === 0) {
    return (
      <EmptyState title={t('noSteps.title')} action={<Button onClick={onClear}>{t('filter.clear')}</Button>}>
        {t('noSteps.text')}
      </EmptyState>
    )
  }
  return (
    <div role="table" aria-label={t('steps')} aria-rowcount={known + 1} aria-busy={total === null}>
      <div role="rowgroup" className="sticky top-13 z-10 bg-background max-sm:hidden">
        <div role="row" aria-rowindex={1} className={cx(stepGrid, 'h-8 border-b text-label text-faint')}>
          <span role="columnheader" aria-label={t('column.state')} />
          <span role="columnheader">{t('column.node')}</span>
          <span role="columnheader">{t('column.done')}</span>
          <span role="columnheader">{t('column.result')}</span>
          <span role="columnheader" className="text-right">
            {t('column.batch')}
          </span>
          <span role="columnheader" className="text-right">
            {t('column.ended')}
          </span>
        </div>
      </div>
      <div role="rowgroup" ref={body} className="relative" style={{ height: known * size }}>
        {Array.from({ length: end - start }, (_, n) => {
          const row = start + n
          const step = at(row)
          return <StepRow key={row} step={step} action={action} index={row} top={row * size} selected={step !== undefined && step.position === open} onOpen={onOpen} />
        })}
      </div>
    </div>
  )
}
