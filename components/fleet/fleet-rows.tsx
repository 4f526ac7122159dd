'use client'

import { ArrowDown, ArrowUp } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useMemo, useRef, type RefObject } from 'react'
import { asOf } from '#lib/domain/as-of.ts'
import type { Node } from '#lib/domain/node.ts'
import { Checkbox } from '../ui/checkbox.tsx'
import { cx } from '../ui/class-names.ts'
import { rowGrid, rowHeight } from './layout.ts'
import { FleetRow } from './row.tsx'
import { useRowKeys } from './use-row-keys.ts'
import { useNarrow } from '../ui/use-narrow.ts'
import { useRowWindow } from '../ui/use-row-window.ts'
import { columns, type Column, type Order } from './view.ts'

/** The tool row and the head over the rows, the bar of a selection under them. */
const covered = { top: 96, bottom: 72 }

type FleetRowsProps = {
  rows: readonly Node[]
  nowMs: number
  wattScale: number
  order: Order
  onOrder: (order: Order) => void
  selected: ReadonlySet<string>
  onToggle: (id: string, range: boolean) => void
  onSelectAll: (on: boolean) => void
  /** What scrolls; the rows follow what else stands in it. */
  scroller: RefObject<HTMLElement | null>
}

/** The nodes as a table of which only the rows in sight exist; it tells assistive tools how many there are. */
export function FleetRows({ rows, nowMs, wattScale, order, onOrder, selected, onToggle, onSelectAll, scroller }: FleetRowsProps) {
  const t = useTranslations('fleet')
  const narrow = useNarrow()
  const size = narrow ? rowHeight.narrow : rowHeight.wide
  const body = useRef<HTMLDivElement>(null)
  const { start, end, scrollTo } = useRowWindow({ count: rows.length, size, scroller, body, covered })
  useRowKeys({ rows, scrollTo, onToggle, onSelectAll })

  const chosen = useMemo(() => (selected.size === 0 ? 0 : rows.reduce((count, { id }) => count + (selected.has(id) ? 1 : 0), 0)), [rows, selected])
  return (
    <div role="table" aria-label={t('table')} aria-rowcount={rows.length + 1}>
      <div role="rowgroup" className="z-10 bg-background sm:sticky sm:top-13">
        <div role="row" aria-rowindex={1} className={cx(rowGrid, 'h-8 border-b text-label text-faint no-scrollbar max-sm:flex max-sm:h-11 max-sm:overflow-x-auto')}>
          <div role="columnheader" className="flex items-center max-sm:w-11 max-sm:shrink-0 max-sm:justify-center">
            <Checkbox
              checked={rows.length > 0 && chosen === rows.length}
              mixed={chosen > 0 && chosen < rows.length}
              aria-label={t('select.all')}
              title={t('select.all')}
              onChange={(event) => onSelectAll(event.target.checked)}
              className="max-sm:justify-center"
            />
          </div>
          {columns.map((column) => (
            <Head key={column} column={column} order={order} onOrder={onOrder} />
          ))}
        </div>
      </div>
      <div role="rowgroup" ref={body} className="relative" style={{ height: rows.length * size }}>
        {rows.slice(start, end).map((node, offset) => {
          const { power, health } = asOf(node, nowMs)
          return (
            <FleetRow
              key={node.id}
              node={node}
              power={power}
              level={health.level}
              index={start + offset}
              top={(start + offset) * size}
              wattScale={wattScale}
              selected={selected.has(node.id)}
              onToggle={onToggle}
            />
          )
        })}
      </div>
    </div>
  )
}

/** Figures are asked for from the top, words from their beginning. */
const firstDescending: Partial<Record<Column, boolean>> = { hottest: true, watts: true }

/** Up, down, and back to trouble first. */
function nextOrder(column: Column, order: Order): Order {
  const first = firstDescending[column] ?? false
  if (order.by !== column) return { by: column, descending: first }
  return order.descending === first ? { by: column, descending: !first } : { by: 'trouble', descending: false }
}

const headPlace: Partial<Record<Column, string>> = {
  rack: 'sm:max-xl:hidden',
  model: 'max-lg:hidden',
  bmc: 'max-lg:hidden',
  hottest: 'justify-end',
  watts: 'justify-end',
  seen: 'justify-end',
}

function Head({ column, order, onOrder }: { column: Column; order: Order; onOrder: (order: Order) => void }) {
  const t = useTranslations('fleet')
  const active = order.by === column
  const Arrow = order.descending ? ArrowDown : ArrowUp
  const name = t(`column.${column}`)
  return (
    <div
      role="columnheader"
      aria-sort={active ? (order.descending ? 'descending' : 'ascending') : undefined}
      className={cx('flex min-w-0 max-sm:shrink-0', headPlace[column], column === 'watts' && 'lg:pr-18')}
    >
      <button
        type="button"
        title={t('sort.by', { column: name })}
        onClick={() => onOrder(nextOrder(column, order))}
        className={cx('flex h-6 min-w-0 items-center gap-1 rounded-sm hover:text-text max-sm:h-11 max-sm:px-1', active && 'text-text')}
      >
        <span className="truncate">{name}</span>
        {active && <Arrow size={12} aria-hidden className="shrink-0" />}
      </button>
    </div>
  )
}
