'use client'

import { useTranslations } from 'next-intl'
import type { Operation } from '#lib/domain/operation.ts'
import { Copy } from '../ui/copy.tsx'
import { Crumb } from '../ui/crumb.tsx'
import { OperationMark, useStandingWords } from './operation-mark.tsx'

/** The way here, what it is, on which nodes, and how it stands. */
export function OperationTitle({ operation }: { operation: Operation }) {
  const t = useTranslations('operations')
  const standing = useStandingWords()
  return (
    <div className="flex min-w-0 items-baseline gap-x-2 max-sm:flex-wrap">
      <Crumb href="/operations">{t('title')}</Crumb>
      <h1 className="shrink-0 text-title font-semibold">{t(`name.${operation.action}`)}</h1>
      <span className="min-w-0 truncate font-mono" title={operation.nodes}>
        {operation.nodes}
      </span>
      <Copy text={operation.nodes} className="-my-2 self-center" />
      <span className="flex shrink-0 items-center gap-1.5 pl-1 text-muted">
        <OperationMark operation={operation} />
        {standing(operation)}
      </span>
    </div>
  )
}
