'use client'

import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import NextLink from 'next/link'
import { operationQuery, stepsQuery } from '#lib/api/queries.ts'
import { isFinal, toProgress } from '#lib/domain/progress.ts'
import type { Role } from '#lib/domain/role.ts'
import { IconButton } from '../ui/button.tsx'
import { Skeleton } from '../ui/states.tsx'
import { NextBatch } from './next-batch.tsx'
import { OperationMark } from './operation-mark.tsx'
import { StateBar } from './state-bar.tsx'
import { StepLine } from './step-words.tsx'
import { toShown, useTitleProgress } from './title-progress.ts'
import { TurnButtons } from './turn-buttons.tsx'
import { useEnd } from './use-end.tsx'
import { unwatchOperation } from './watched.ts'

const mostSteps = 4

type DrawerItemProps = { id: string; role: Role; /** Followed to its end, and not shown. */ hidden: boolean; folded: boolean }

/** One operation in the drawer: how far, which batch, when the next; of many nodes the worst few, of one its step. */
export function DrawerItem({ id, role, hidden, folded }: DrawerItemProps) {
  const t = useTranslations('operations')
  const { data: operation, isError } = useQuery(operationQuery(id))
  const { data: list } = useQuery(stepsQuery(id, { order: 'interest', limit: mostSteps }))
  useEnd(operation, list?.steps, hidden)
  const counts = operation === undefined ? null : toProgress(operation.counts)
  useTitleProgress(id, toShown(operation?.state, counts))
  if (hidden) return null
  const isOne = counts?.total === 1
  const steps = list?.steps.filter(({ state }) => isOne || (isFinal(state) && state !== 'verified' && state !== 'aborted')) ?? []
  const more = counts === null || isOne ? 0 : counts.bad - (operation?.counts.aborted ?? 0) - steps.length
  return (
    <section className="border-b px-5 py-2 last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        {operation === undefined ? (
          <Skeleton className="w-40" />
        ) : (
          <>
            <OperationMark operation={operation} />
            <NextLink href={`/operations/${id}`} prefetch={false} className="min-w-0 max-w-[60%] truncate font-medium hover:underline max-sm:max-w-[calc(100%-5rem)]">
              {t(`name.${operation.action}`)} <span className="font-mono">{operation.nodes}</span>
            </NextLink>
            {!isOne && counts !== null && <output className="shrink-0 text-muted">{t('counts', { done: counts.done, total: counts.total })}</output>}
            <NextBatch operation={operation} />
          </>
        )}
        <span className="ml-auto flex items-center gap-1.5">
          {operation !== undefined && !folded && <TurnButtons operation={operation} role={role} size="sm" compact />}
          <IconButton label={t('dismiss')} size="sm" onClick={() => unwatchOperation(id)}>
            <X size={14} aria-hidden />
          </IconButton>
        </span>
      </div>
      {operation !== undefined && !isOne && <StateBar counts={operation.counts} className="my-1.5 h-1.5" />}
      {isError && operation === undefined && <p className="text-muted">{t('readFailed')}</p>}
      {operation !== undefined && !folded && (
        <ul aria-live="polite" className="empty:hidden">
          {steps.map((step) => (
            <StepLine key={step.position} step={step} action={operation.action} />
          ))}
          {more > 0 && <li className="text-muted">{t('more', { count: more })}</li>}
        </ul>
      )}
    </section>
  )
}
