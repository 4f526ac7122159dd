'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, type CSSProperties } from 'react'
import { keys, operationQuery, stepsQuery } from '#lib/api/queries.ts'
import type { Operation, Step } from '#lib/domain/operation.ts'
import { isFinal, toProgress } from '#lib/domain/progress.ts'
import { IconButton } from '../ui/button.tsx'
import { Skeleton } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { StepLine } from './step-words.tsx'
import { unwatchOperation, useWatched } from './watched.ts'

/** What this person has asked for and is not finished, step by step, at the foot of every page. */
export function OperationDrawer() {
  const t = useTranslations('operations')
  const watched = useWatched()
  if (watched.length === 0) return null
  return (
    <aside aria-label={t('drawer')} className="sticky bottom-0 z-20 mt-auto max-h-[45dvh] shrink-0 overflow-y-auto border-t border-line-strong bg-surface">
      {watched.map((id) => (
        <Watched key={id} id={id} />
      ))}
    </aside>
  )
}

const mostSteps = 8

function Watched({ id }: { id: string }) {
  const t = useTranslations('operations')
  const { data: operation, isError } = useQuery(operationQuery(id))
  const { data: list } = useQuery(stepsQuery(id, { order: 'interest', limit: mostSteps }))
  useToastAtEnd(operation, list?.steps)
  const counts = operation === undefined ? null : toProgress(operation.counts)
  return (
    <section className="border-b px-5 py-3 last:border-b-0">
      <div className="flex items-center gap-3">
        <p className="min-w-0 truncate font-medium">
          {operation === undefined ? (
            <Skeleton className="w-40" />
          ) : (
            <>
              {t(`name.${operation.action}`)} <span className="font-mono">{operation.nodes}</span>
            </>
          )}
        </p>
        {counts !== null && counts.total > 1 && <output className="shrink-0 text-muted">{t('counts', { done: counts.done, total: counts.total })}</output>}
        <IconButton label={t('dismiss')} size="sm" className="ml-auto" onClick={() => unwatchOperation(id)}>
          <X size={14} aria-hidden />
        </IconButton>
      </div>
      {counts !== null && counts.total > 1 && (
        <span aria-hidden className="bar my-1.5" style={{ '--fill': counts.done / counts.total, '--bar': counts.bad > 0 ? 'var(--warning)' : 'var(--info)' } as CSSProperties} />
      )}
      {isError && operation === undefined && <p className="text-muted">{t('readFailed')}</p>}
      {operation !== undefined && list !== undefined && (
        <ul aria-live="polite">
          {list.steps.map((step) => (
            <StepLine key={step.position} step={step} action={operation.action} />
          ))}
          {counts !== null && counts.total > mostSteps && <li className="text-muted">{t('more', { count: counts.total - mostSteps })}</li>}
        </ul>
      )}
    </section>
  )
}

/** When the last step has ended the drawer lets go of the operation, and a toast says how it went. */
function useToastAtEnd(operation: Operation | undefined, steps: readonly Step[] | undefined): void {
  const t = useTranslations('operations')
  const client = useQueryClient()
  const ended = operation !== undefined && operation.state !== 'running'
  // What is shown of the steps may be from before the end.
  const worst = steps?.find(({ state }) => isFinal(state))
  useEffect(() => {
    if (!ended || operation === undefined) return
    const { total, bad } = toProgress(operation.counts)
    const name = t(`name.${operation.action}`)
    const { nodes } = operation
    toast({
      title: bad === 0 ? t('toastDone', { name, nodes, count: total }) : t('toastBad', { name, nodes, count: total, bad }),
      text: bad === 0 ? undefined : (worst?.error?.message ?? (worst && `${worst.node}: ${t(`step.${worst.state === 'verified' ? 'verifiedBare' : worst.state}`, { time: '' })}`)),
      level: bad === 0 ? 'ok' : 'warning',
    })
    unwatchOperation(operation.id)
    void client.invalidateQueries({ queryKey: keys.operations })
    void client.invalidateQueries({ queryKey: ['audit'] })
    void client.invalidateQueries({ queryKey: ['node'] })
  }, [ended, operation, worst, t, client])
}
