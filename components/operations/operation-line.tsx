'use client'

import { useTranslations } from 'next-intl'
import NextLink from 'next/link'
import type { OperationList } from '#lib/api/contract.ts'
import { toProgress } from '#lib/domain/progress.ts'
import { cx } from '../ui/class-names.ts'
import { LocalTime } from '../ui/local-time.tsx'
import { OperationMark, operationTones, useStandingWords } from './operation-mark.tsx'
import { StateBar } from './state-bar.tsx'
import { StepLine } from './step-words.tsx'

/** One operation of a list: when, what, which nodes, who, how it stands. Of one node also what became of it. */
export function OperationLine({ operation }: { operation: OperationList['operations'][number] }) {
  const t = useTranslations('operations')
  const standing = useStandingWords()
  const { total, done, verified } = toProgress(operation.counts)
  const running = operation.state === 'running'
  return (
    <li className="relative border-b focus-within:bg-hover hover:bg-hover">
      <div className="grid min-h-8.5 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 px-5 py-1.5 sm:grid-cols-[8.5rem_10rem_minmax(0,1fr)_7rem_12rem] max-sm:py-2.5">
        <LocalTime at={operation.createdAt} className="font-mono text-label text-faint max-sm:order-4" />
        <NextLink href={`/operations/${operation.id}`} prefetch={false} className="truncate font-medium after:absolute after:inset-0 hover:underline">
          {t(`name.${operation.action}`)}
        </NextLink>
        <span className="truncate font-mono text-muted max-sm:order-3 max-sm:col-span-2" title={operation.nodes}>
          {operation.nodes}
        </span>
        <span className="truncate text-muted max-sm:order-5 max-sm:text-right max-sm:text-label">{operation.by}</span>
        <span className={cx('flex items-center justify-end gap-2 whitespace-nowrap', operationTones[operation.state])}>
          {total > 1 && <span className="text-label text-faint">{running ? t('counts', { done, total }) : t('verifiedCounts', { verified, total })}</span>}
          <OperationMark operation={operation} />
          <span>{standing(operation)}</span>
        </span>
      </div>
      {running && total > 1 && <StateBar counts={operation.counts} className="mx-5 mb-1.5 h-1.5" />}
      {operation.step !== undefined && total > 1 && (
        <ul className="px-5 pb-1.5 text-label sm:pl-[10.25rem]">
          <StepLine step={operation.step} action={operation.action} />
        </ul>
      )}
    </li>
  )
}
