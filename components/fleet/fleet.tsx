'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useDeferredValue, useMemo, useRef, useState, type ReactNode } from 'react'
import { nodesQuery, operationsQuery } from '#lib/api/queries.ts'
import type { Node } from '#lib/domain/node.ts'
import type { OperationList } from '#lib/api/contract.ts'
import { Button } from '../ui/button.tsx'
import { useNow } from '../ui/clock.tsx'
import { EmptyState, ErrorState } from '../ui/states.tsx'
import { useAddressView } from '../ui/use-address-view.ts'
import { FigureStrip } from './figures.tsx'
import { FilterRow } from './filter-row.tsx'
import { FleetRows } from './fleet-rows.tsx'
import { FleetSkeleton } from './skeleton.tsx'
import { SelectionBar } from './selection-bar.tsx'
import { useSelection } from './use-selection.ts'
import { createNameRanks, filterNodes, nothingChosen, sortNodes, toFigures, toQuery, toView, toWattScale } from './view.ts'

/** How often passing time alone may turn a row grey or reorder the rows. */
const tickMs = 5_000
const none: readonly Node[] = []

type FleetProps = {
  /** What the server knew when it rendered the page; undefined when the rows come after it. */
  nodes: readonly Node[] | undefined
  /** Those that run. */
  operations: OperationList
  mayEdit: boolean
  /** What can be done with a selection; gets the nodes. */
  renderActions: (nodes: readonly Node[]) => ReactNode
  /** The way to add a node, for the empty state. */
  add: ReactNode
}

/** The fleet page: figures, filter, rows, and what to do with the selected. */
export function Fleet({ nodes: firstNodes, operations: firstOperations, mayEdit, renderActions, add }: FleetProps) {
  const t = useTranslations('fleet')
  const common = useTranslations('common')
  const query = useQuery({ ...nodesQuery(), initialData: firstNodes && { nodes: [...firstNodes] } })
  const operations = useQuery({ ...operationsQuery({ state: 'running' }), initialData: firstOperations })
  const nodes = useDeferredValue(query.data?.nodes ?? none)
  const nowMs = Math.floor(useNow() / tickMs) * tickMs
  const { view, show, type } = useAddressView(toView, toQuery)
  const scroller = useRef<HTMLDivElement>(null)
  const [rank] = useState(createNameRanks)

  const figures = useMemo(() => toFigures(nodes, nowMs), [nodes, nowMs])
  const wattScale = useMemo(() => toWattScale(nodes), [nodes])
  // What is typed shows at once; the rows may follow a moment later.
  const wanted = useDeferredValue(view)
  const filtered = useMemo(() => filterNodes(nodes, wanted, nowMs), [nodes, wanted, nowMs])
  const rows = useMemo(() => sortNodes(filtered.nodes, wanted.order, rank(nodes), nowMs), [filtered, wanted, rank, nodes, nowMs])
  const selection = useSelection(nodes, rows)

  if (query.data === undefined) {
    if (!query.isError) return <FleetSkeleton />
    return (
      <ErrorState title={t('error')} detail={query.error.message} detailLabel={common('details')} action={<Button onClick={() => void query.refetch()}>{common('retry')}</Button>} />
    )
  }
  if (query.data.nodes.length === 0) {
    return (
      <EmptyState title={t('empty.title')} action={mayEdit ? add : undefined}>
        {mayEdit ? t('empty.admin') : t('empty.other')}
      </EmptyState>
    )
  }
  // The rows of a large fleet follow their data a moment later: until then there are not none.
  if (nodes.length === 0) return <FleetSkeleton />
  const showAll = () => show({ ...view, text: '', chosen: nothingChosen })
  const someSelected = selection.nodes.length > 0
  const seen = someSelected ? rows.reduce((count, { id }) => count + (selection.selected.has(id) ? 1 : 0), 0) : 0
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <div ref={scroller} className="relative min-h-0 flex-1 overflow-y-auto">
        <FigureStrip figures={figures} running={operations.data.operations} />
        <FilterRow nodes={nodes} nowMs={nowMs} view={view} shown={rows.length} problem={filtered.problem} onType={type} onShow={show} />
        <FleetRows
          rows={rows}
          nowMs={nowMs}
          wattScale={wattScale}
          order={view.order}
          onOrder={(order) => show({ ...view, order })}
          selected={selection.selected}
          onToggle={selection.toggle}
          onSelectAll={selection.selectAll}
          scroller={scroller}
        />
        {rows.length === 0 && (
          <EmptyState title={t('noMatch.title')} action={<Button onClick={showAll}>{t('filter.reset')}</Button>}>
            {t('noMatch.text', { total: nodes.length })}
          </EmptyState>
        )}
        {someSelected && <div aria-hidden className="h-20" />}
      </div>
      {someSelected && (
        <SelectionBar
          nodes={selection.nodes}
          matching={rows.length}
          allSelected={seen === rows.length}
          unseen={selection.nodes.length - seen}
          onSelectAll={() => selection.selectAll(true)}
          onClear={selection.clear}
        >
          {renderActions(selection.nodes)}
        </SelectionBar>
      )}
    </div>
  )
}
