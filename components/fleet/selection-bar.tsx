'use client'

import { CheckCheck, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { Node } from '#lib/domain/node.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import { Button, IconButton } from '../ui/button.tsx'

type SelectionBarProps = {
  nodes: readonly Node[]
  /** How many rows match the filter. */
  matching: number
  allSelected: boolean
  /** How many of the selected the filter leaves out: they are acted upon too. */
  unseen: number
  onSelectAll: () => void
  onClear: () => void
  /** What can be done with them. */
  children: ReactNode
}

/** Comes from below with the first selected row. */
export function SelectionBar({ nodes, matching, allSelected, unseen, onSelectAll, onClear, children }: SelectionBarProps) {
  const t = useTranslations('fleet.select')
  const folded = foldNames(nodes.map(({ name }) => name))
  return (
    <section
      aria-label={t('bar')}
      className="absolute bottom-4 left-1/2 z-30 flex max-w-[calc(100%-2rem)] -translate-x-1/2 items-center gap-3 rounded-lg border border-line-strong bg-surface px-3 py-2.5 shadow-2xl max-sm:right-2 max-sm:bottom-2 max-sm:left-2 max-sm:max-w-none max-sm:translate-x-0"
    >
      <output className="shrink-0 pl-1 font-medium whitespace-nowrap">{t('count', { count: nodes.length })}</output>
      {unseen > 0 && <span className="shrink-0 text-warning">{t('unseen', { count: unseen })}</span>}
      <span className="max-w-72 min-w-0 truncate font-mono text-label text-muted" title={folded}>
        {folded}
      </span>
      <span className="flex shrink-0 items-center gap-2 max-sm:ml-auto">
        {!allSelected && (
          <Button kind="quiet" size="sm" title={t('allMatching', { count: matching })} onClick={onSelectAll}>
            <CheckCheck size={15} aria-hidden className="sm:hidden" />
            <span className="max-sm:sr-only">{t('allMatching', { count: matching })}</span>
          </Button>
        )}
        {children}
        <IconButton label={t('clear')} onClick={onClear}>
          <X size={15} aria-hidden />
        </IconButton>
      </span>
    </section>
  )
}
