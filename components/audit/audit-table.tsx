'use client'

import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { toErrorWords } from '#lib/api/error-key.ts'
import { auditQuery, newestAuditQuery } from '#lib/api/queries.ts'
import { Button } from '#components/ui/button.tsx'
import { EmptyState, ErrorState, Skeleton } from '#components/ui/states.tsx'
import { Cell, HeadCell, Row, Table } from '#components/ui/table.tsx'
import { AuditRow } from './audit-row.tsx'
import { FilterBar } from './filter-bar.tsx'
import { useFilter } from './use-filter.ts'

const skeletonWidths = ['w-24', 'w-14', 'w-40', 'w-8', 'w-16', 'w-24'] as const

function Head() {
  const t = useTranslations('audit')
  return (
    <thead className="sticky top-13.5 z-10 bg-background max-sm:hidden">
      <tr>
        <HeadCell className="pl-10.5!">{t('when')}</HeadCell>
        <HeadCell>{t('who')}</HeadCell>
        <HeadCell>{t('what')}</HeadCell>
        <HeadCell>{t('node')}</HeadCell>
        <HeadCell className="pl-8!">{t('outcome')}</HeadCell>
        <HeadCell className="max-lg:hidden">{t('from')}</HeadCell>
      </tr>
    </thead>
  )
}

function SkeletonRows() {
  return Array.from({ length: 12 }, (_, row) => (
    <Row key={row}>
      {skeletonWidths.map((width, column) => (
        <Cell key={width + String(column)} className={column > 2 ? 'max-sm:hidden' : column === 0 ? 'pl-10.5!' : undefined}>
          <Skeleton className={width} />
        </Cell>
      ))}
    </Row>
  ))
}

function Failure({ error, again }: { error: unknown; again: () => void }) {
  const t = useTranslations('audit')
  const common = useTranslations('common')
  const errors = useTranslations('errors')
  const { key, values } = toErrorWords(error)
  return (
    <ErrorState
      title={t('errorTitle')}
      detail={values.message}
      detailLabel={common('details')}
      action={<Button onClick={again}>{common('retry')}</Button>}
    >
      {errors(key, values)}
    </ErrorState>
  )
}

/** The audit: filters, rows from the newest backwards, each of which opens. */
export function AuditTable() {
  const t = useTranslations('audit')
  const common = useTranslations('common')
  const { filter, change, clear, isFiltered } = useFilter()
  const { data, error, isPending, isFetching, isFetchingNextPage, hasNextPage, fetchNextPage, refetch } = useInfiniteQuery(auditQuery(filter))
  const rows = data?.pages.flatMap((page) => page.rows) ?? []
  const newest = useQuery({ ...newestAuditQuery(filter), enabled: data !== undefined }).data?.rows[0]
  const hasNewer = newest !== undefined && newest.seq > (rows[0]?.seq ?? 0)
  const isEmpty = data !== undefined && rows.length === 0
  return (
    <>
      <FilterBar filter={filter} change={change} clear={clear} isFiltered={isFiltered} />
      {hasNewer && (
        <output className="flex items-center gap-3 border-b bg-info-ground px-5 py-1.5">
          {t('newer')}
          <Button size="sm" busy={isFetching} onClick={() => void refetch()}>
            {t('reload')}
          </Button>
        </output>
      )}
      {error !== null && <Failure error={error} again={() => void refetch()} />}
      {isEmpty && (
        <EmptyState
          title={isFiltered ? t('noMatchTitle') : t('emptyTitle')}
          action={isFiltered ? <Button onClick={clear}>{t('clear')}</Button> : undefined}
        >
          {isFiltered ? t('noMatchText') : t('emptyText')}
        </EmptyState>
      )}
      {(isPending || rows.length > 0) && (
        <Table aria-busy={isPending}>
          <Head />
          <tbody>{isPending ? <SkeletonRows /> : rows.map((row) => <AuditRow key={row.seq} row={row} />)}</tbody>
        </Table>
      )}
      {rows.length > 0 && (
        <div className="px-5 py-4 text-label text-faint">
          {hasNextPage ? (
            <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {isFetchingNextPage ? common('loading') : t('more')}
            </Button>
          ) : (
            t('end')
          )}
        </div>
      )}
    </>
  )
}
