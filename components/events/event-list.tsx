'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { ListFailure } from '../errors/list-failure.tsx'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/class-names.ts'
import { EmptyState, Skeleton } from '../ui/states.tsx'
import { Cell, HeadCell, Row, Table } from '../ui/table.tsx'
import { EventRow } from './event-row.tsx'
import { FilterBar } from './filter-bar.tsx'
import { LogStates } from './log-states.tsx'
import { useEvents, type LogSource } from './use-events.ts'
import { useFilter } from './use-filter.ts'

const pageSize = 100

function Head({ isFleet }: { isFleet: boolean }) {
  const t = useTranslations('events')
  return (
    <thead className="max-sm:hidden">
      <tr>
        <HeadCell className="pl-10.5!">{t('when')}</HeadCell>
        <HeadCell className="pl-8.5!">{t('event')}</HeadCell>
        {isFleet && <HeadCell>{t('node')}</HeadCell>}
        <HeadCell className="max-md:hidden">{t('sensor')}</HeadCell>
        <HeadCell className="max-lg:hidden">{t('source')}</HeadCell>
      </tr>
    </thead>
  )
}

/** Rows of the list's own shape. */
export function SkeletonRows() {
  return Array.from({ length: 12 }, (_, row) => (
    <Row key={row}>
      <Cell className="pl-10.5!">
        <Skeleton className="w-28" />
      </Cell>
      <Cell>
        <Skeleton className={cx('ml-5.5', row % 3 === 0 ? 'w-72' : 'w-52')} />
      </Cell>
      <Cell className="max-md:hidden">
        <Skeleton className="w-20" />
      </Cell>
      <Cell className="max-lg:hidden">
        <Skeleton className="w-12" />
      </Cell>
    </Row>
  ))
}

/** A line between the filter and the rows: something to know, and what to do about it. */
function Notice({ children, label, onPress }: { children: string; label: string; onPress: () => void }) {
  return (
    <output className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b bg-info-ground px-5 py-1.5">
      {children}
      <Button size="sm" onClick={onPress}>
        {label}
      </Button>
    </output>
  )
}

type EventListProps = {
  node: string | null
  /** What can be done with the logs. */
  actions?: ReactNode
  /** What is to be known of a node's logs before their entries are read. */
  renderNotice?: (logs: readonly LogSource[]) => ReactNode
}

/** The events of a node, or of the fleet (`node` null): filters, rows from the newest backwards, each of which opens. */
export function EventList({ node, actions, renderNotice }: EventListProps) {
  const t = useTranslations('events')
  const common = useTranslations('common')
  const address = useFilter()
  const { filter, linked, isFiltered, clear, unlink } = address
  const { events, unseen, showNewest, list, isFromLinked, isLinkGone, sourceNames, logs, isOld } = useEvents(node, filter, linked)
  const isFleet = node === null
  const toTop = () => {
    showNewest()
    document.getElementById('content')?.scrollTo({ top: 0 })
  }
  const isEmpty = list.data !== undefined && events.length === 0
  const isNeverRead = !isFleet && !isFiltered && logs.length === 0
  return (
    <>
      <FilterBar address={address} sources={sourceNames} isFleet={isFleet} />
      {!isFleet && <LogStates logs={logs} actions={actions} />}
      {renderNotice?.(logs)}
      {unseen.length > 0 && (
        <Notice label={t('showNew')} onPress={toTop}>
          {unseen.length < pageSize ? t('new', { count: unseen.length }) : t('newMany', { count: pageSize })}
        </Notice>
      )}
      {isFromLinked && (
        <Notice label={t('fromNewest')} onPress={unlink}>
          {t('fromLinked')}
        </Notice>
      )}
      {isLinkGone && (
        <Notice label={common('clear')} onPress={unlink}>
          {t('linkGone')}
        </Notice>
      )}
      {isOld && (
        <Notice label={common('retry')} onPress={() => void list.refetch()}>
          {t('old')}
        </Notice>
      )}
      {list.isError && list.data === undefined && <ListFailure title={t('errorTitle')} error={list.error} again={() => void list.refetch()} />}
      {isEmpty && (
        <EmptyState
          title={isFiltered ? t('noMatchTitle') : isNeverRead ? t('unreadTitle') : t('emptyTitle')}
          action={isFiltered ? <Button onClick={clear}>{t('clearFilters')}</Button> : undefined}
        >
          {isFiltered ? t('noMatchText') : isNeverRead ? t('unreadText') : t('emptyText')}
        </EmptyState>
      )}
      {(list.isPending || events.length > 0) && (
        <div className={cx('shrink-0', list.isPlaceholderData && 'opacity-60')}>
          <Table aria-busy={list.isPending || list.isPlaceholderData} aria-label={t('title')}>
            <Head isFleet={isFleet} />
            <tbody>
              {list.isPending ? (
                <SkeletonRows />
              ) : (
                events.map((event) => <EventRow key={event.id} event={event} isFleet={isFleet} isLinked={event.id === linked} />)
              )}
            </tbody>
          </Table>
        </div>
      )}
      {events.length > 0 && (
        <div className="px-5 py-4 text-label text-faint">
          {list.hasNextPage ? (
            <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {list.isFetchingNextPage ? common('loading') : t('more')}
            </Button>
          ) : (
            t('end')
          )}
        </div>
      )}
    </>
  )
}
