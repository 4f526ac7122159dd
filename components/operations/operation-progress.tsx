'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { operationNodesQuery } from '#lib/api/queries.ts'
import type { OperationDetail } from '#lib/domain/operation-detail.ts'
import type { StepState } from '#lib/domain/operation.ts'
import { toProgress } from '#lib/domain/progress.ts'
import { chipStyle } from '../ui/badge.tsx'
import { Copy } from '../ui/copy.tsx'
import { NextBatch } from './next-batch.tsx'
import { StateBar } from './state-bar.tsx'
import { StepMark } from './step-words.tsx'
import { countOf, stateGroups, toggleStates } from './steps-view.ts'

type ProgressProps = { operation: OperationDetail; shown: readonly StepState[]; onShow: (states: StepState[]) => void }

/** How far it is: a bar by state, and each state with its figure, which narrows the steps to it, and its names to take away. */
export function OperationProgress({ operation, shown, onShow }: ProgressProps) {
  const t = useTranslations('operations')
  const client = useQueryClient()
  const { total, done } = toProgress(operation.counts)
  const copyNames = async (states: readonly StepState[]) => {
    const { states: all } = await client.fetchQuery(operationNodesQuery(operation.id))
    return all.flatMap(({ state, range }) => (states.some((one) => one === state) ? [range] : [])).join(',')
  }
  return (
    <section aria-label={t('progress')} className="border-b px-5 py-4">
      <div className="mb-2 flex flex-wrap items-baseline gap-x-4">
        <output className="font-medium">{t('counts', { done, total })}</output>
        <NextBatch operation={operation} />
      </div>
      <StateBar counts={operation.counts} />
      <div className="mt-3 flex flex-wrap gap-x-3 gap-y-2">
        {stateGroups.map((group) => {
          const count = countOf(operation.counts, group.states)
          if (count === 0) return null
          const active = group.states.every((state) => shown.includes(state))
          const words = t(`group.${group.key}`, { count })
          return (
            <span key={group.key} className="flex items-center gap-0.5">
              <button type="button" aria-pressed={active} title={t('narrow', { words })} onClick={() => onShow(toggleStates(shown, group))} className={chipStyle(active)}>
                <StepMark state={group.states[0]} />
                {words}
              </button>
              <Copy text={() => copyNames(group.states)} label={t('copyNames', { words })} />
            </span>
          )
        })}
      </div>
    </section>
  )
}
