import { ArrowDown, ArrowUp } from 'lucide-react'
import { cx } from './class-names.ts'
import { HeadCell } from './table.tsx'

/** The order of a table: a column, or the one that it has by itself. */
export type Sorted<Column extends string> = { sort: Column | null; descending: boolean }

type SortHeadProps<Column extends string> = {
  column: Column
  name: string
  /** Says what pressing does. */
  title: string
  order: Sorted<Column>
  onSort: (order: Sorted<Column>) => void
  numeric?: boolean
  /** The greatest first, where that is what one looks for. */
  firstDescending?: boolean
}

/** A column's head that sorts by it: one way, the other way, and no more. */
export function SortHead<Column extends string>({ column, name, title, order, onSort, numeric = false, firstDescending = false }: SortHeadProps<Column>) {
  const active = order.sort === column
  const Arrow = order.descending ? ArrowDown : ArrowUp
  const press = () => {
    if (!active) onSort({ sort: column, descending: firstDescending })
    else if (order.descending === firstDescending) onSort({ sort: column, descending: !firstDescending })
    else onSort({ sort: null, descending: false })
  }
  return (
    <HeadCell numeric={numeric} aria-sort={active ? (order.descending ? 'descending' : 'ascending') : undefined}>
      <button type="button" title={title} onClick={press} className={cx('inline-flex h-6 items-center gap-1 rounded-sm hover:text-text max-sm:h-11', active && 'text-text')}>
        {name}
        {active && <Arrow size={12} aria-hidden />}
      </button>
    </HeadCell>
  )
}

/** Reads `sort=-reading` of an address; a column that is none of these is no order. */
export function toSorted<Column extends string>(search: URLSearchParams, columns: readonly Column[]): Sorted<Column> {
  const text = search.get('sort') ?? ''
  return { sort: columns.find((column) => column === text.replace(/^-/, '')) ?? null, descending: text.startsWith('-') }
}

/** The same for an address; undefined where there is no order. */
export const toSortText = ({ sort, descending }: Sorted<string>): string | undefined => (sort === null ? undefined : `${descending ? '-' : ''}${sort}`)
