'use client'

import { useTranslations } from 'next-intl'
import { operationKind, operationState } from '#lib/domain/operation.ts'
import { Button } from '../ui/button.tsx'
import { Select } from '../ui/select.tsx'
import { TypedFilter } from '../ui/typed-filter.tsx'
import { isNarrowed, type ListFilter } from './list-filter.ts'

/** What kind, how it stands, who asked, on which node. */
export function ListFilterBar({ filter, onFilter }: { filter: ListFilter; onFilter: (filter: ListFilter) => void }) {
  const t = useTranslations('operations')
  const change = (patch: { [K in keyof ListFilter]?: ListFilter[K] | undefined }) => {
    // Another filter begins at the newest again.
    const { before: _, ...kept } = filter
    const entries = Object.entries({ ...kept, ...patch }).filter(([, value]) => value !== undefined && value !== '')
    onFilter(Object.fromEntries(entries))
  }
  return (
    <search aria-label={t('filter.label')} className="flex flex-wrap items-center gap-2 border-b px-5 py-2.5 max-sm:grid max-sm:grid-cols-2">
      <Select
        label={t('filter.kind')}
        labelHidden
        value={filter.kind ?? ''}
        onChange={(kind) => change({ kind: kind === '' ? undefined : kind })}
        choices={[{ value: '', label: t('filter.anyKind') }, ...operationKind.options.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))]}
        className="w-40 max-sm:w-full"
      />
      <Select
        label={t('filter.state')}
        labelHidden
        value={filter.state ?? ''}
        onChange={(state) => change({ state: state === '' ? undefined : state })}
        choices={[{ value: '', label: t('filter.anyState') }, ...operationState.options.map((state) => ({ value: state, label: t(`state.${state}`) }))]}
        className="w-36 max-sm:w-full"
      />
      <TypedFilter label={t('filter.by')} placeholder={t('filter.anyone')} value={filter.by ?? ''} onCommit={(by) => change({ by })} first />
      <TypedFilter label={t('filter.node')} placeholder={t('filter.anyNode')} value={filter.node ?? ''} onCommit={(node) => change({ node: node.toLowerCase() })} />
      {isNarrowed(filter) && (
        <Button kind="quiet" onClick={() => onFilter({})}>
          {t('filter.clear')}
        </Button>
      )}
    </search>
  )
}
