'use client'

import { useTranslations } from 'next-intl'
import type { OperationAction, Step } from '#lib/domain/operation.ts'
import { cx } from '../ui/class-names.ts'
import { LocalTime } from '../ui/local-time.tsx'
import { Skeleton } from '../ui/states.tsx'
import { useEvidenceOfStep } from './evidence-words.ts'
import { useReadsWords } from './reads-words.ts'
import { reasonOf, StepMark, toneOf, useSayError, useStartWords, useStepWords } from './step-words.tsx'

/** Wide: one line. Narrow: two, and no more than a thumb needs. */
export const stepHeight = { wide: 34, narrow: 56 } as const

export const stepGrid =
  'grid grid-cols-[0.75rem_minmax(0,1fr)_auto] items-center gap-x-3 px-5 sm:grid-cols-[0.75rem_minmax(5rem,9rem)_minmax(5rem,10rem)_minmax(0,1fr)_3.5rem_5.5rem]'

type StepRowProps = { step: Step | undefined; action: OperationAction; index: number; top: number; selected: boolean; onOpen: (position: number) => void }

/** One step; grey while it is on its way. */
export function StepRow({ step, action, index, top, selected, onOpen }: StepRowProps) {
  const t = useTranslations('operations')
  const { verbOf, resultOf } = useStepWords(action)
  const readsOf = useReadsWords()
  const start = useStartWords(step)
  const say = useSayError()
  const proofOf = useEvidenceOfStep()
  const style = { transform: `translateY(${top}px)` }
  const look = cx(stepGrid, 'absolute inset-x-0 h-14 border-b sm:h-8.5')
  if (step === undefined) {
    return (
      <div role="row" aria-rowindex={index + 2} className={look} style={style}>
        <span />
        <Skeleton className="w-20" />
        <Skeleton className="w-24" />
      </div>
    )
  }
  const underWay = [step.reads && readsOf(step.reads), start].filter((part) => part !== undefined)
  const reason = reasonOf(step, say, proofOf) ?? (underWay.length === 0 ? undefined : underWay.join('; '))
  return (
    <div role="row" aria-rowindex={index + 2} className={cx(look, selected ? 'bg-selected' : 'focus-within:bg-hover hover:bg-hover')} style={style}>
      <div role="cell" className="flex justify-center">
        <StepMark state={step.state} />
      </div>
      <div role="rowheader" className="min-w-0">
        <button
          type="button"
          aria-pressed={selected}
          title={t('openStep', { node: step.node })}
          onClick={() => onOpen(step.position)}
          className="block max-w-full truncate rounded-sm text-left font-mono font-medium after:absolute after:inset-0"
        >
          {step.node}
        </button>
      </div>
      <div role="cell" className="truncate font-mono text-muted max-sm:row-start-1 max-sm:col-start-3">
        {verbOf(step)}
      </div>
      <div role="cell" className="min-w-0 truncate max-sm:col-span-2 max-sm:col-start-2" title={reason}>
        <span className={cx(toneOf(step.state), (step.state === 'verified' || step.state === 'queued') && 'text-muted')}>{resultOf(step)}</span>
        {reason !== undefined && <span className="text-label text-faint"> {reason}</span>}
      </div>
      <div role="cell" className="text-right text-muted max-sm:hidden">
        {step.batch}
      </div>
      <div role="cell" className="text-right text-label text-faint max-sm:hidden">
        {step.endedAt !== null && <LocalTime at={step.endedAt} shape="time" />}
      </div>
    </div>
  )
}
