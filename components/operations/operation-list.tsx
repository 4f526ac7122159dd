'use client'

import { useQuery } from '@tanstack/react-query'
import { ChevronRight } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { operationsQuery, stepsQuery } from '#lib/api/queries.ts'
import type { OperationList as Operations } from '#lib/api/contract.ts'
import type { Operation, OperationState } from '#lib/domain/operation.ts'
import { toProgress } from '#lib/domain/progress.ts'
import { cx } from '../ui/class-names.ts'
import { LocalTime } from '../ui/local-time.tsx'
import { HealthMark, PowerMark } from '../ui/marks.tsx'
import { EmptyState, Skeleton } from '../ui/states.tsx'
import { StepLine } from './step-words.tsx'

/** What was asked of nodes lately, newest first; each opens to its steps. */
export function OperationList({ first }: { first: Operations }) {
  const t = useTranslations('operations')
  const { data } = useQuery({ ...operationsQuery(), initialData: first, refetchInterval: 30_000 })
  if (data.operations.length === 0) return <EmptyState title={t('empty.title')}>{t('empty.text')}</EmptyState>
  return (
    <ul aria-label={t('list')}>
      {data.operations.map((operation) => (
        <OperationLine key={operation.id} operation={operation} />
      ))}
    </ul>
  )
}

const tones: Record<OperationState, string> = { running: '', succeeded: 'text-muted', failed: 'text-warning', aborted: 'text-muted' }

function StateMark({ state, verified }: { state: OperationState; verified: number }) {
  if (state === 'running') return <PowerMark state="poweringOn" className="mx-0.5" />
  if (state === 'succeeded') return <HealthMark level="ok" />
  if (state === 'aborted') return <HealthMark level="unknown" />
  return <HealthMark level={verified > 0 ? 'warning' : 'critical'} />
}

function OperationLine({ operation }: { operation: Operation }) {
  const t = useTranslations('operations')
  const { total, done, verified } = toProgress(operation.counts)
  const [open, setOpen] = useState(operation.state === 'running')
  const name = t(`name.${operation.action}`)
  return (
    <li className="border-b">
      <button
        type="button"
        aria-expanded={open}
        title={t('show', { name })}
        onClick={() => setOpen(!open)}
        className="grid min-h-8.5 w-full grid-cols-[0.875rem_minmax(0,1fr)_auto] items-center gap-x-3 px-5 py-1 text-left outline-offset-[-2px] hover:bg-hover sm:grid-cols-[0.875rem_8.5rem_9rem_minmax(0,1fr)_7rem_9rem]"
      >
        <ChevronRight size={14} aria-hidden className={cx('text-faint transition-transform', open && 'rotate-90')} />
        <LocalTime at={operation.createdAt} className="font-mono text-label text-faint max-sm:order-4 max-sm:col-start-2" />
        <span className="font-medium">{name}</span>
        <span className="truncate font-mono text-muted max-sm:order-3 max-sm:col-start-2" title={operation.nodes}>
          {operation.nodes}
        </span>
        <span className="truncate text-muted max-sm:hidden">{t('by', { name: operation.by })}</span>
        <span className={cx('flex items-center justify-end gap-2 whitespace-nowrap', tones[operation.state])}>
          {total > 1 && <span className="text-label text-faint">{t('counts', { done: operation.state === 'running' ? done : verified, total })}</span>}
          <StateMark state={operation.state} verified={verified} />
          <span>{t(`state.${operation.state}`)}</span>
        </span>
      </button>
      {open && <Steps operation={operation} />}
    </li>
  )
}

const mostSteps = 200

function Steps({ operation }: { operation: Operation }) {
  const t = useTranslations('operations')
  const { data, isError } = useQuery(stepsQuery(operation.id, { order: 'interest', limit: mostSteps }))
  const { total } = toProgress(operation.counts)
  const commands = [...new Set(data?.steps.flatMap((step) => step.commands))]
  return (
    <div className="px-5 pb-3 sm:pl-12">
      {data === undefined && (isError ? <p className="text-muted">{t('readFailed')}</p> : <Skeleton className="w-56" />)}
      <ul>
        {data?.steps.map((step) => (
          <StepLine key={step.position} step={step} action={operation.action} />
        ))}
      </ul>
      {total > mostSteps && <p className="text-muted">{t('more', { count: total - mostSteps })}</p>}
      {commands.length > 0 && <p className="mt-1 text-label break-words text-faint">{t('sent', { commands: commands.join(', ') })}</p>}
    </div>
  )
}
