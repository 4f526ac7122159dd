'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { useMemo, useState } from 'react'
import type { OperationList as Operations } from '#lib/api/contract.ts'
import { toSearch } from '#lib/api/paths.ts'
import { operationsQuery } from '#lib/api/queries.ts'
import { Button } from '../ui/button.tsx'
import { ButtonLink } from '../ui/link.tsx'
import { EmptyState, ErrorState } from '../ui/states.tsx'
import { ListFilterBar } from './list-filter-bar.tsx'
import { isNarrowed, toListFilter, type ListFilter } from './list-filter.ts'
import { OperationLine } from './operation-line.tsx'

/** What was asked of nodes, newest first, a page at a time; what is shown stands in the address. */
export function OperationList({ first }: { /** What the server read for the address that was opened. */ first: Operations }) {
  const t = useTranslations('operations')
  const common = useTranslations('common')
  const pathname = usePathname()
  const router = useRouter()
  const search = useSearchParams()
  const filter = useMemo(() => toListFilter(new URLSearchParams(search)), [search])
  const [opened] = useState(JSON.stringify(filter))
  const query = useQuery({
    ...operationsQuery(filter),
    ...(JSON.stringify(filter) === opened ? { initialData: first } : {}),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  })
  const hrefOf = (next: ListFilter) => `${pathname}${toSearch(next)}`
  const { before: _, ...newest } = filter
  const { data } = query
  return (
    <>
      <ListFilterBar filter={filter} onFilter={(next) => window.history.replaceState(null, '', hrefOf(next))} />
      {data === undefined && query.isError && (
        <ErrorState title={t('listFailed')} detail={query.error.message} detailLabel={common('details')} action={<Button onClick={() => void query.refetch()}>{common('retry')}</Button>} />
      )}
      {data?.operations.length === 0 && <Nothing filter={filter} onClear={() => router.replace(pathname)} />}
      {data !== undefined && data.operations.length > 0 && (
        <ul aria-label={t('list')} aria-busy={query.isPlaceholderData}>
          {data.operations.map((operation) => (
            <OperationLine key={operation.id} operation={operation} />
          ))}
        </ul>
      )}
      {data !== undefined && (data.next !== null || filter.before !== undefined) && (
        <nav aria-label={t('pages')} className="flex gap-2 px-5 py-4">
          {filter.before !== undefined && (
            <ButtonLink href={hrefOf(newest)} scroll={false}>
              {t('newest')}
            </ButtonLink>
          )}
          {data.next !== null && <ButtonLink href={hrefOf({ ...filter, before: data.next })}>{t('older')}</ButtonLink>}
        </nav>
      )}
    </>
  )
}

function Nothing({ filter, onClear }: { filter: ListFilter; onClear: () => void }) {
  const t = useTranslations('operations')
  if (!isNarrowed(filter)) return <EmptyState title={t('empty.title')}>{t('empty.text')}</EmptyState>
  return (
    <EmptyState title={t('noMatch.title')} action={<Button onClick={onClear}>{t('filter.clear')}</Button>}>
      {t('noMatch.text')}
    </EmptyState>
  )
}
