import type { ComponentProps } from 'react'
import { cx } from './class-names.ts'

/** The bits of a table: hairlines, 34 px rows, figures to the right. The first cell keeps the page's margin. */
export function Table({ className, ...rest }: ComponentProps<'table'>) {
  return <table {...rest} className={cx('w-full border-collapse text-left', className)} />
}

export function HeadCell({ numeric = false, className, ...rest }: ComponentProps<'th'> & { numeric?: boolean }) {
  return (
    <th
      scope="col"
      {...rest}
      className={cx('h-8 border-b px-3 font-normal whitespace-nowrap text-label text-faint first:pl-5 last:pr-5', numeric && 'text-right', className)}
    />
  )
}

export function Row({ selected = false, className, ...rest }: ComponentProps<'tr'> & { selected?: boolean }) {
  return <tr {...rest} className={cx('h-8.5 border-b', selected ? 'bg-selected' : 'hover:bg-hover', className)} />
}

export function Cell({ numeric = false, className, ...rest }: ComponentProps<'td'> & { numeric?: boolean }) {
  return <td {...rest} className={cx('px-3 first:pl-5 last:pr-5', numeric && 'text-right', className)} />
}
