'use client'

import { useTranslations } from 'next-intl'
import { ListFailure } from '#components/errors/list-failure.tsx'
import { Button } from '#components/ui/button.tsx'
import { EmptyState, Skeleton } from '#components/ui/states.tsx'
import { Cell, HeadCell, Row, Table } from '#components/ui/table.tsx'
import { AuditRow } from './audit-row.tsx'
import { FilterBar } from './filter-bar.tsx'
import { useFilter } from './use-filter.ts'
import { useRows } from './use-rows.ts'

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

/** More rows than this make the page slow: then the list begins anew with the last of them. */
const mostShown = 2_000
const ahead = '800px'

/** Loads the next page shortly before its place comes into sight. */
const whenNear = (load: () => void) => (place: HTMLElement | null) => {
  if (place === null) return undefined
  const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting === true && load(), { rootMargin: ahead })
  observer.observe(place)
  return () => observer.disconnect()
}

function End({ list, last, beginAt }: { list: ReturnType<typeof useRows>['list']; last: number; beginAt: (seq: number) => void }) {
  const t = useTranslations('audit')
  const common = useTranslations('common')
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = list
  const isFull = (list.data?.pages.length ?? 0) * 100 >= mostShown
  const load = () => void fetchNextPage({ cancelRefetch: false })
  if (!hasNextPage) return t('end')
  if (isFull) return <Button onClick={() => beginAt(last)}>{t('goOn', { seq: last })}</Button>
  return (
    <Button busy={isFetchingNextPage} onClick={load} ref={isFetchingNextPage || isFetchNextPageError ? undefined : whenNear(load)}>
      {isFetchingNextPage ? common('loading') : t('more')}
    </Button>
  )
}

/** A line between the filter and the rows: something to know, and what to do about it. */
function News({ children, label, busy, onPress }: { children: string; label: string; busy?: boolean; onPress: () => void }) {
  return (
    <output className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b bg-info-ground px-5 py-1.5">
      {children}
      <Button size="sm" busy={busy} onClick={onPress}>
        {label}
      </Button>
    </output>
  )
}

/** The audit: filters, rows from the newest backwards or from the one that the address points at, each of which opens. */
export function AuditTable() {
  const t = useTranslations('audit')
  const address = useFilter()
  const { filter, linked, isFiltered, clear, beginAt } = address
  const { rows, list, hasNewer, isLinkGone } = useRows(filter, linked)
  const { data, error, isPending, isFetching, refetch } = list
  const isEmpty = data !== undefined && rows.length === 0
  return (
    <>
      <FilterBar {...address} />
      {hasNewer && (
        <News label={t('reload')} busy={isFetching} onPress={() => void refetch()}>
          {t('newer')}
        </News>
      )}
      {linked !== null && !isEmpty && (
        <News label={t('fromNewest')} onPress={() => beginAt(null)}>
          {isLinkGone ? t('linkGone', { seq: linked }) : t('fromLinked', { seq: linked })}
        </News>
      )}
      {error !== null && <ListFailure title={t('errorTitle')} error={error} again={() => void refetch()} />}
      {isEmpty && (
        <EmptyState
          title={isFiltered ? t('noMatchTitle') : t('emptyTitle')}
          action={isFiltered || linked !== null ? <Button onClick={clear}>{t('clear')}</Button> : undefined}
        >
          {isFiltered ? t('noMatchText') : t('emptyText')}
        </EmptyState>
      )}
      {(isPending || rows.length > 0) && (
        <Table aria-busy={isPending}>
          <Head />
          <tbody>{isPending ? <SkeletonRows /> : rows.map((row) => <AuditRow key={row.seq} row={row} isLinked={row.seq === linked} />)}</tbody>
        </Table>
      )}
      {rows.length > 0 && (
        <div className="px-5 py-4 text-label text-faint">
          <End list={list} last={rows.at(-1)!.seq} beginAt={beginAt} />
        </div>
      )}
    </>
  )
}
